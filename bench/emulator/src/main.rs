//! Measures the emulator: start time, and a simulated day of token refreshes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule_emulator::{Emulator, Server};
use vestibule_wire::Request;
use vestibule_world::{Transport as _, block_on};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const SESSIONS: usize = 500;
const HOURS: usize = 24;
const OIDC: &str = "https://oidc.us-east-1.amazonaws.com";
const PORTAL: &str = "https://portal.sso.us-east-1.amazonaws.com";

fn main() -> Result {
    let in_process = median(|| drop(Emulator::default()));
    let server = median(|| drop(Server::start(Emulator::default())));
    let day = run_day()?;
    println!(
        "{}",
        json!({
            "inProcessMs": in_process,
            "serverMs": server,
            "daySeconds": day.duration.as_secs_f64(),
            "requests": day.requests,
            "kilobytesAtNoon": day.memory_at_noon,
            "kilobytesAtMidnight": day.memory_at_midnight,
        })
    );
    Ok(())
}

/// Returns the median of 200 runs in milliseconds.
fn median(run: impl Fn()) -> f64 {
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Day {
    duration: Duration,
    requests: u64,
    /// Resident memory in kilobytes, after 12 and after 24 hours.
    memory_at_noon: u64,
    memory_at_midnight: u64,
}

/// Simulates a day in which each session refreshes its token and gets role credentials every hour.
fn run_day() -> Result<Day> {
    let emulator = Emulator::builder()
        .auto_approve()
        .session_duration(Duration::from_secs(7 * 86_400))
        .build();
    let start = Instant::now();
    let mut clients =
        (0..SESSIONS).map(|_| Client::sign_in(&emulator)).collect::<Result<Vec<_>>>()?;
    let mut memory_at_noon = 0;
    for hour in 0..HOURS {
        emulator.clock().advance(Duration::from_secs(3600));
        for client in &mut clients {
            client.refresh(&emulator)?;
        }
        if hour + 1 == HOURS / 2 {
            memory_at_noon = resident_kilobytes()?;
        }
    }
    let duration = start.elapsed();
    let requests =
        vestibule_emulator::Operation::ALL.iter().map(|operation| emulator.count(*operation)).sum();
    Ok(Day { duration, requests, memory_at_noon, memory_at_midnight: resident_kilobytes()? })
}

struct Client {
    client_id: Value,
    client_secret: Value,
    refresh_token: Value,
}

impl Client {
    fn sign_in(emulator: &Emulator) -> Result<Self> {
        let client = post(
            emulator,
            "client/register",
            &json!({
                "clientName": "soak", "clientType": "public", "scopes": ["sso:account:access"],
            }),
        )?;
        let mut parameters = json!({
            "clientId": client["clientId"], "clientSecret": client["clientSecret"],
            "startUrl": "https://provided-domain.awsapps.com/start",
        });
        let device = post(emulator, "device_authorization", &parameters)?;
        parameters["deviceCode"] = device["deviceCode"].clone();
        parameters["grantType"] = "urn:ietf:params:oauth:grant-type:device_code".into();
        if let Some(members) = parameters.as_object_mut() {
            members.remove("startUrl");
        }
        let tokens = post(emulator, "token", &parameters)?;
        let [client_id, client_secret] = ["clientId", "clientSecret"].map(|it| client[it].clone());
        Ok(Self { client_id, client_secret, refresh_token: tokens["refreshToken"].clone() })
    }

    fn refresh(&mut self, emulator: &Emulator) -> Result {
        let tokens = post(
            emulator,
            "token",
            &json!({
                "clientId": self.client_id, "clientSecret": self.client_secret,
                "grantType": "refresh_token", "refreshToken": self.refresh_token,
            }),
        )?;
        self.refresh_token = tokens["refreshToken"].clone();
        let uri =
            format!("{PORTAL}/federation/credentials?account_id=111122223333&role_name=SampleRole");
        let token = tokens["accessToken"].as_str().unwrap_or_default();
        let request = http::Request::get(uri).header("x-amz-sso_bearer_token", token);
        send(emulator, request.body("".into())?).map(drop)
    }
}

fn post(emulator: &Emulator, path: &str, body: &Value) -> Result<Value> {
    let request = http::Request::post(format!("{OIDC}/{path}")).body(body.to_string().into())?;
    send(emulator, request)
}

fn send(emulator: &Emulator, request: Request) -> Result<Value> {
    let path = request.uri().path().to_owned();
    let response = block_on(emulator.send(request))?;
    if response.status() != 200 {
        return Err(format!("{path} has status {}", response.status()).into());
    }
    Ok(serde_json::from_slice(response.body())?)
}

/// Returns the resident memory of this process in kilobytes; Linux reports it in pages of 4 kB.
fn resident_kilobytes() -> Result<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    let resident = pages.split_whitespace().nth(1).ok_or("no resident pages")?;
    Ok(resident.parse::<u64>()? * 4)
}
