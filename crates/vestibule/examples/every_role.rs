//! The identity of every role that the user may use: `cargo run -p vestibule --example every_role`.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use vestibule::{Error, ErrorKind, Session};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let center = Session::builder().configuration()?.identity_center()?;
    let mut tasks = Vec::new();
    for account in center.accounts().await? {
        for role in center.roles(&account.account_id).await? {
            let session = center.session_for(&account.account_id, &role)?;
            let name = format!("{} {role}", account.account_id);
            tasks.push((name, tokio::spawn(async move { session.credentials().await })));
        }
    }
    for (name, task) in tasks {
        match task.await {
            Ok(Ok(credentials)) => println!("{name} {}", credentials.access_key_id()),
            // One role may be refused while the others work.
            Ok(Err(error)) if error.kind() == ErrorKind::Refused => println!("{name} {error}"),
            Ok(Err(error)) => return Err(error),
            Err(_) => println!("{name} the task was cancelled"),
        }
    }
    Ok(())
}
