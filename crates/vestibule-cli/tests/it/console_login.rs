//! `login` to the console, for people without an Identity Center.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::{Lab, query, visit};

const ARN: &str = "arn:aws:iam::012345678910:user/ann";
/// The claim `sub` is [`ARN`].
const TOKENS: &str = r#"{
    "accessToken": {"accessKeyId": "ASIAANN", "secretAccessKey": "hush-1", "sessionToken": "hush-2"},
    "expiresIn": 900, "tokenType": "aws_sigv4", "refreshToken": "hush-3",
    "idToken": "e30.eyJzdWIiOiJhcm46YXdzOmlhbTo6MDEyMzQ1Njc4OTEwOnVzZXIvYW5uIn0.c2ln"
}"#;
const MINUTE: Duration = Duration::from_secs(60);

/// A home without Identity Center, and the service that signs people in to the console.
struct Console {
    lab: Lab,
    address: String,
    asked: Arc<AtomicU32>,
}

impl Console {
    fn new(config: &str) -> Self {
        let lab = Lab::new();
        lab.write(".aws/config", config);
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", service.local_addr().unwrap());
        let asked = Arc::new(AtomicU32::new(0));
        let counter = asked.clone();
        // Ends with the test process.
        thread::spawn(move || {
            for stream in service.incoming().map_while(Result::ok) {
                counter.fetch_add(1, Ordering::SeqCst);
                give_tokens(stream);
            }
        });
        Self { lab, address, asked }
    }

    fn vestibule(&self, args: &[&str]) -> crate::support::Invocation<'_> {
        let endpoint = ("AWS_ENDPOINT_URL_SIGNIN", &self.address);
        self.lab.vestibule(args).env(endpoint.0, endpoint.1)
    }

    fn run(&self, args: &[&str]) -> crate::support::Ran {
        let ran = self.vestibule(args).run();
        assert!(!ran.stderr.contains("hush"), "{ran:?}");
        ran
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.lab.path(".aws/config")).unwrap()
    }

    /// Signs in with the browser of this machine.
    fn sign_in(&self, args: &[&str]) -> crate::support::Ran {
        let args = [&["login", "--no-browser", "--json"], args].concat();
        let mut login = self.vestibule(&args).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        assert!(page.starts_with(&format!("{}/v1/authorize?", self.address)), "{page}");
        let query = query(&page);
        let back = query["redirect_uri"].replace("%3A", ":").replace("%2F", "/");
        let shown = visit(&format!("{back}?code=C&state={}", query["state"])).unwrap();
        assert!(shown.contains("Signed in"), "{shown}");
        login.ends()
    }
}

fn give_tokens(mut stream: TcpStream) {
    let mut request = BufReader::new(stream.try_clone().unwrap());
    let (mut length, mut is_proved) = (0, false);
    loop {
        let mut line = String::new();
        request.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        is_proved |= line.starts_with("dpop:");
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    request.read_exact(&mut vec![0; length]).unwrap();
    assert!(is_proved);
    let length = TOKENS.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{TOKENS}").unwrap();
}

#[test]
fn a_browser_here_signs_in_and_the_profile_names_who_it_was() {
    let console = Console::new("# mine\n[profile dev]\nregion = us-east-1\n");
    console.sign_in(&["--console", "--profile", "dev"]).succeeded().says("Signed in as");
    let expected = format!("# mine\n[profile dev]\nregion = us-east-1\nlogin_session = {ARN}\n");
    assert_eq!(console.config(), expected);
    let keys = console.run(&["export-credentials", "--profile", "dev"]);
    assert_eq!(keys.succeeded().json()["AccessKeyId"], "ASIAANN");
    console.run(&["status", "--profile", "dev"]).succeeded();
    // From now on the profile asks for it by itself.
    console.run(&["login", "--profile", "dev"]).succeeded().says("Already signed in as");
    assert_eq!(console.asked.load(Ordering::SeqCst), 1);
    console.sign_in(&["--force", "--profile", "dev"]).succeeded();
    assert_eq!(console.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn the_clocks_of_a_console_sign_in() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    console.sign_in(&["--console"]).succeeded();
    console.lab.pass(MINUTE * 16);
    let status = console.run(&["status", "--json"]);
    assert_eq!(status.ended(3).json()["state"], "renewable");
    console.run(&["export-credentials"]).succeeded();
    assert_eq!(console.asked.load(Ordering::SeqCst), 2);
    console.run(&["status", "--prompt"]).succeeded();
    console.lab.pass(MINUTE * 60 * 13);
    console.run(&["status"]).ended(4).says("hint: vestibule login --profile default");
}

#[test]
fn who_has_signed_out_is_told_what_to_type() {
    let console = Console::new(&format!(
        "[profile dev]\nregion = us-east-1\nlogin_session = {ARN}\n\
         [profile ops]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/ops\n\
         source_profile = dev\n"
    ));
    for profile in ["dev", "ops"] {
        console
            .run(&["export-credentials", "--profile", profile])
            .ended(4)
            .says("nobody has signed in")
            .says("hint: vestibule login --profile dev");
    }
    console.run(&["status", "--profile", "dev"]).ended(5);
    let explained = console.run(&["explain", "--profile", "ops"]);
    assert!(
        explained.succeeded().stdout.contains("vestibule login --profile dev"),
        "{explained:?}"
    );
    console.sign_in(&["--profile", "ops"]).succeeded();
    console.run(&["status", "--all"]).succeeded();
    console.run(&["logout", "--profile", "dev"]).succeeded().says("Signed out of arn:");
    console.run(&["logout", "--all"]).succeeded().says("nothing to end");
    console.run(&["export-credentials", "--profile", "dev"]).ended(4);
    assert!(console.config().contains("login_session"));
}

#[test]
fn a_browser_elsewhere_shows_a_text_to_carry_over() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    let args = ["login", "--console", "--remote", "--json"];
    let mut login = console.vestibule(&args).with_keyboard().start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    login.types("what does it want?");
    let carried = format!("state={}&code=C", query(&page)["state"]);
    login.types(&BASE64_STANDARD.encode(carried));
    login.ends().succeeded().says("paste the code it shows").says("Signed in as");
    assert!(console.lab.pages_opened().is_empty());
}

#[test]
fn somebody_elses_profile_is_left_alone() {
    let config = "[default]\nregion = us-east-1\nlogin_session = arn:aws:iam::1:user/bob\n";
    let console = Console::new(config);
    let refused = console.sign_in(&[]);
    let error = &refused.ended(6).events()[1]["error"];
    assert_eq!(error["message"], format!("somebody else signed in: `{ARN}`"));
    assert_eq!(error["remedy"], "correct ~/.aws/config:3, then try again");
    assert_eq!(console.config(), config);
    assert!(!console.lab.path(".aws/login/cache").exists());
}

#[test]
fn what_stands_in_the_way_is_found_before_anybody_is_asked() {
    let console =
        Console::new("[profile keys]\naws_access_key_id = a\naws_secret_access_key = b\n");
    let nowhere = console.vestibule(&["login", "--console"]);
    let nowhere = nowhere.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    nowhere.run().ended(6).says("--region NAME");
    let keys = console.run(&["login", "--console", "--profile", "keys"]);
    keys.ended(6).says("profile `keys` has credentials by aws_access_key_id already");
    console.lab.write(".aws/login/cache", "a file, where a folder should be");
    let args = ["login", "--console", "--region", "us-east-1"];
    console.run(&args).ended(1).says("hint: make ");
    assert_eq!(console.asked.load(Ordering::SeqCst), 0);
}
