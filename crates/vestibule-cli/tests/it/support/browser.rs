//! The user's browser: this test binary, started again, which passes its page on to a thread of the
//! test.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use vestibule_emulator::Emulator;

use super::visit;

/// Variable with the address of the thread.
const ADDRESS: &str = "TEST_BROWSER_ADDRESS";

/// A browser that approves every page that it is given.
pub(super) struct AutoApprover {
    address: SocketAddr,
    /// Arguments of each start.
    opened: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

const STOP: &str = "goes home";

impl AutoApprover {
    pub(super) fn start(emulator: Emulator) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let opened = Arc::new(Mutex::new(Vec::new()));
        let seen = opened.clone();
        let thread = thread::spawn(move || {
            for browser in listener.incoming() {
                let mut page = String::new();
                browser.unwrap().read_to_string(&mut page).unwrap();
                if page == STOP {
                    return;
                }
                seen.lock().unwrap().push(page.clone());
                // A console link redirects to AWS itself, which tests must not contact.
                let redirect = emulator.authorize(&page);
                if let Some(redirect) = redirect.filter(|to| to.starts_with("http://")) {
                    // The program may have been killed.
                    let _ = visit(&redirect);
                }
            }
        });
        Self { address, opened, thread: Some(thread) }
    }

    /// Returns variables that make the program open its pages here. The name of the function stands
    /// for its path, since a colon separates browsers.
    pub(super) fn variables(&self) -> [(&'static str, String); 2] {
        let binary = std::env::current_exe().unwrap();
        let browser = format!("\"{}\" helper_browser %s", binary.display());
        [("BROWSER", browser), (ADDRESS, self.address.to_string())]
    }

    /// Returns the pages that were opened.
    pub(super) fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap().clone()
    }
}

impl Drop for AutoApprover {
    fn drop(&mut self) {
        let told = send(self.address, STOP);
        if let Some(thread) = self.thread.take().filter(|_| told.is_ok()) {
            let _ = thread.join();
        }
    }
}

fn send(address: SocketAddr, text: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(text.as_bytes())?;
    stream.shutdown(Shutdown::Write)
}

/// The browser. As a test it does nothing.
#[test]
fn helper_browser() {
    let page = std::env::args().next_back().unwrap_or_default();
    if let Ok(address) = std::env::var(ADDRESS)
        && page.starts_with("http")
    {
        send(address.parse().unwrap(), &page).unwrap();
    }
}
