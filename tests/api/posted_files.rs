//! Files that are posted by themselves and named by a PUT; FILE-07 to FILE-13, FILE-19, IDOR-15, IDOR-16, DEL-01.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use kycd::domain::clock::{Clock, SystemClock};
use rstest::rstest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Call, Part};
use crate::database::Engine;
use crate::parallel::admitted;
use crate::raw_http::{Answer, Connection};
use crate::samples;
use crate::server::{Server, account, muxed, token};
use crate::waiting::until;

const UNKNOWN: &str = "'photo_id_front_file_id' names an unknown file: send it to POST /customer/files first";
const RANDOM: &str = "file_4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11";

fn posting<'a>(server: &'a Server, token: &str, content: impl AsRef<[u8]>) -> Call<'a> {
    server.call("POST", "/customer/files").token(token).multipart([Part::file("file", "image/jpeg", content)])
}

#[track_caller]
fn post(server: &Server, token: &str, content: impl AsRef<[u8]>) -> String {
    posting(server, token, content).send().customer()["file_id"].as_str().expect("a text").to_owned()
}

#[track_caller]
fn listed(server: &Server, token: &str, name: &str, value: &str) -> Vec<Value> {
    let answer = server.call("GET", "/customer/files").token(token).query(name, value).send().customer();
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1), "{answer}");
    answer["files"].as_array().expect("a list").clone()
}

fn put(server: &Server, token: &str, file: &str) -> Answer {
    server.put(token).json(&json!({ "photo_id_front_file_id": file })).send()
}

fn sweep(server: &Server) {
    server.block_on(server.store.delete_unclaimed_files()).expect("a sweep");
}

#[rstest]
#[case::jpeg(samples::jpeg(100), "image/jpeg")]
#[case::png(samples::png(), "image/png")]
#[case::pdf(samples::pdf(""), "application/pdf")]
#[case::webp(samples::webp(0), "image/webp")]
#[case::mp4(samples::mp4(), "video/mp4")]
#[case::webm(samples::webm(true), "video/webm")]
#[case::the_limit(samples::jpeg(10 << 20), "image/jpeg")]
fn a_posted_file_is_described_as_sep_12_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] content: Vec<u8>,
    #[case] content_type: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let kept = Duration::from_hours(24);
    let (earliest, latest) = (SystemClock.now() + kept, SystemClock.now() + kept + Duration::from_mins(10));

    let mut posted = posting(&server, &token, &content).send().customer();

    let file = posted["file_id"].as_str().expect("a text").to_owned();
    assert_eq!(listed(&server, &token, "file_id", &file), [posted.clone()]);
    let expires_at = posted["expires_at"].take();
    let expires_at = expires_at.as_str().expect("a text");
    assert!((earliest.rfc3339()..=latest.rfc3339()).contains(&expires_at.to_owned()), "{expires_at}");
    let described = json!({
        "file_id": file, "content_type": content_type, "size": content.len(), "customer_id": null, "expires_at": null,
    });
    assert_eq!(posted, described);
    let id = server.register(&token);
    assert_eq!(listed(&server, &token, "file_id", &file)[0]["customer_id"], id.as_str());
}

#[rstest]
fn a_put_of_any_format_names_a_file(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("json", "form", "multipart")] format: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let content = samples::jpeg(600 * 1024);
    let file = post(&server, &token, &content);
    let name = "photo_id_front_file_id";
    let call = server.put(&token);

    let id = match format {
        "json" => call.json(&json!({ "first_name": "Ada", name: file })),
        "form" => call.form(&[("first_name", "Ada"), (name, &file)]),
        _ => call.multipart([Part::text("first_name", "Ada"), Part::text(name, &file)]),
    }
    .send()
    .id();

    let provided = &server.get(&token).send().customer()["provided_fields"]["photo_id_front"];
    assert_eq!(provided["status"], "ACCEPTED");
    let described = json!({
        "file_id": file, "content_type": "image/jpeg", "size": content.len(), "customer_id": id,
    });
    assert_eq!(
        listed(&server, &token, "file_id", &file),
        std::slice::from_ref(&described),
        "it does not expire any more"
    );
    assert_eq!(listed(&server, &token, "customer_id", &id), [described]);
    let held = server.fields(&id)["photo_id_front"]["file"].as_str().expect("a file").to_owned();
    assert_eq!(format!("file_{held}"), file);
    let kept = server.block_on(server.store.read_file(Uuid::parse_str(&held).expect("an id"))).expect("it opens");
    assert!(*kept.expect("it is there") == content);
}

#[rstest]
fn the_same_file_named_again_changes_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let file = post(&server, &token, samples::png());
    let id = put(&server, &token, &file).id();
    let rows = server.installation.dump();

    assert_eq!(put(&server, &token, &file).id(), id);

    assert_eq!(server.installation.dump(), rows);
    let again = json!({ "photo_id_back_file_id": file });
    let refusal = server.put(&token).json(&again).send().refusal(400);
    assert!(refusal.contains("unknown file"), "it is used elsewhere: {refusal}");
}

#[rstest]
fn a_file_replaces_another_one(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let old = post(&server, &token, samples::png());
    let id = put(&server, &token, &old).id();
    let new = post(&server, &token, samples::png());
    assert_eq!(listed(&server, &token, "customer_id", &id).len(), 2, "what waits for the customer is listed, too");

    put(&server, &token, &new).id();

    assert_eq!(listed(&server, &token, "file_id", &old), [] as [Value; 0]);
    assert_eq!(listed(&server, &token, "customer_id", &id).len(), 1);
    assert_eq!((server.count("files"), server.count("file_chunks")), (1, 1));
}

/// IDOR-15 and IDOR-16, of files that are claimed and of such that are not.
#[rstest]
fn a_file_of_somebody_else_is_not_there(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let owner = token(format!("{}:5", account(1)));
    let (claimed, waiting) = (post(&server, &owner, samples::png()), post(&server, &owner, samples::png()));
    let id = put(&server, &owner, &claimed).id();
    let nothing = [] as [Value; 0];

    for stranger in [account(2), format!("{}:6", account(1)), muxed(1, 6), muxed(2, 5)] {
        let stranger = token(stranger);
        server.register(&stranger);
        for file in [&claimed, &waiting, RANDOM, "file_abc", ""] {
            assert_eq!(listed(&server, &stranger, "file_id", file), nothing);
            assert_eq!(put(&server, &stranger, file).refusal(400), UNKNOWN);
        }
        for customer in [&id, "4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11", "me", ""] {
            assert_eq!(listed(&server, &stranger, "customer_id", customer), nothing);
        }
    }

    // A token without memo reaches all customers of its account; that of the muxed account is the same customer.
    for friend in [account(1), muxed(1, 5)] {
        let friend = token(friend);
        assert_eq!(listed(&server, &friend, "file_id", &waiting).len(), 1);
        assert_eq!(listed(&server, &friend, "customer_id", &id).len(), 2);
    }
    let by_id = json!({ "id": id, "photo_id_back_file_id": waiting });
    assert_eq!(server.put(&token(account(1))).json(&by_id).send().id(), id);
}

/// FILE-13. An expired file may be swept while it is named.
#[rstest]
#[case::expired(&["files", "file_chunks"], |server: &Server, token: &str| {
    let file = post(server, token, samples::png());
    assert_eq!(server.execute("UPDATE files SET expires_at = created_at"), 1);
    file
})]
#[case::of_an_erased_customer(&[], |server: &Server, token: &str| {
    let file = post(server, token, samples::png());
    put(server, token, &file).id();
    server.delete(token, &account(1)).send();
    file
})]
#[case::random(&[], |_: &Server, _: &str| RANDOM.to_owned())]
#[case::long(&[], |_: &Server, _: &str| "x".repeat(1024))]
#[case::id_of_a_customer(&[], |server: &Server, token: &str| server.register(token))]
fn a_file_that_is_not_there_any_more_is_unknown(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] changing: &[&'static str],
    #[case] file: fn(&Server, &str) -> String,
    #[values("json", "multipart")] format: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let file = file(&server, &token);
    let (call, name) = (server.put(&token).while_changing(changing), "photo_id_front_file_id");

    let answer = match format {
        "json" => call.json(&json!({ name: file })),
        _ => call.multipart([Part::text(name, &file)]),
    }
    .send();

    assert_eq!(answer.refusal(400), UNKNOWN);
    assert_eq!(listed(&server, &token, "file_id", &file), [] as [Value; 0]);
}

/// FILE-12 and FILE-13.
#[rstest]
#[case::field_that_takes_no_file("first_name_file_id", RANDOM)]
#[case::field_that_nobody_asks_for_and_takes_none("tax_id_file_id", RANDOM)]
#[case::unknown_field("favourite_colour_file_id", RANDOM)]
#[case::no_field("_file_id", RANDOM)]
#[case::nul("photo_id_front_file_id", "file_\0")]
fn a_name_that_takes_no_file_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] name: &str,
    #[case] file: &str,
    #[values("json", "multipart")] format: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = server.put(&token);

    let call = match format {
        "json" => put.json(&json!({ name: file })),
        _ => put.multipart([Part::text(name, file)]),
    };

    let refusal = call.send().refusal(400);
    assert!(refusal.contains(name), "{refusal}");
}

#[rstest]
#[case::file_and_id("photo_id_front", "photo_id_front_file_id")]
#[case::in_two_spellings("proof_of_income", "photo_proof_of_income_file_id")]
fn a_file_and_an_id_for_one_field_are_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] field: &str,
    #[case] name: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let file = post(&server, &token, samples::png());
    let parts = [Part::file(field, "image/png", samples::png()), Part::text(name, &file)];

    let refusal = server.put(&token).multipart(parts).send().refusal(400);

    assert!(refusal.contains(name) && refusal.contains("give only one"), "{refusal}");
    assert_eq!(listed(&server, &token, "file_id", &file).len(), 1, "it can still be used");
}

/// A film is no photo.
#[rstest]
#[case::webp(samples::webp(0))]
#[case::mp4(samples::mp4())]
#[case::webm(samples::webm(false))]
fn the_type_has_to_suit_the_field(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] content: Vec<u8>,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let file = post(&server, &token, &content);
    let must = "must be jpg, png or pdf";

    assert_eq!(put(&server, &token, &file).refusal(400), format!("'photo_id_front_file_id' {must}"));
    let part = |name: &str| [Part::file(name, "image/jpeg", &content)];
    let refusal = server.put(&token).multipart(part("photo_id_front")).send().refusal(400);
    assert_eq!(refusal, format!("'photo_id_front' {must}"));

    server.put(&token).multipart(part("proof_of_liveness")).send().id();
    server.put(&token).json(&json!({ "proof_of_liveness_file_id": file })).send().id();
}

/// FILE-07, FILE-08, FILE-09 and FILE-11: the same whether a file comes by itself or in a PUT.
#[rstest]
#[case::html(b"<!doctype html><script>alert(1)</script>".to_vec(), "must be ")]
#[case::zip(b"PK\x03\x04\x14\0\0\0\x08\0 a file in an archive".to_vec(), "must be ")]
#[case::json(b"{\"photo\":true}".to_vec(), "must be ")]
#[case::empty(Vec::new(), "must be ")]
#[case::one_byte(vec![0xff], "must be ")]
#[case::huge_png(samples::png_of(60_000, 60_000, &[]), "cannot be decoded")]
#[case::huge_jpeg(samples::jpeg_of(65_500, 65_500), "cannot be decoded")]
#[case::bomb(
    samples::png_with(&[(b"zTXt", &[b"Comment\0\0".as_slice(), &samples::packed_zeros(64 << 20)].concat())]),
    "cannot be decoded"
)]
#[case::truncated_jpeg(samples::jpeg(600 * 1024)[..500 * 1024].to_vec(), "cannot be decoded")]
#[case::broken_png(samples::png().iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == 60)).collect(), "cannot be decoded")]
#[case::encrypted_pdf(samples::pdf("/Encrypt 5 0 R"), "cannot be decoded")]
fn a_file_that_is_not_whole_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] content: Vec<u8>,
    #[case] need: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let posted = posting(&server, &token, &content).send().refusal(400);
    let put = server.put(&token).multipart([Part::file("photo_id_front", "image/jpeg", &content)]).send().refusal(400);

    assert!(posted.starts_with("file must be ") || posted.starts_with(&format!("'file' {need}")), "{posted}");
    assert!(put.contains("photo_id_front") && put.contains(need), "{put}");
    assert_eq!((server.count("files"), server.count("file_chunks")), (0, 0));
}

/// FILE-09: whatever an animation is for.
#[rstest]
fn an_animation_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));

    assert!(posting(&server, &token, samples::webp(10_000)).send().refusal(400).contains("cannot be decoded"));
    let part = Part::file("proof_of_liveness", "image/webp", samples::webp(10_000));
    assert!(server.put(&token).multipart([part]).send().refusal(400).contains("cannot be decoded"));
}

#[rstest]
#[case::no_part("multipart/form-data; boundary=XX", "--XX--\r\n", 400)]
#[case::another_name(
    "multipart/form-data; boundary=XX",
    "--XX\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nx\r\n--XX--\r\n",
    400
)]
#[case::json("application/json", "{\"file\":\"x\"}", 415)]
#[case::form("application/x-www-form-urlencoded", "file=x", 415)]
#[case::bytes("image/jpeg", "\u{ff}", 415)]
#[case::no_boundary("multipart/form-data", "--XX--\r\n", 400)]
fn a_post_without_a_file_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] media_type: &str,
    #[case] body: &str,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));

    server.call("POST", "/customer/files").token(&token).body(media_type, body).send().refusal(status);
}

#[rstest]
fn a_post_of_two_files_or_with_parameters_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let two = [Part::file("file", "image/png", samples::png()), Part::file("file", "image/png", samples::png())];

    server.call("POST", "/customer/files").token(&token).multipart(two).send().refusal(400);
    posting(&server, &token, samples::png()).raw_query("customer_id=x").send().refusal(400);

    assert_eq!(server.count("files"), 0);
}

/// FILE-01.
#[rstest]
fn a_posted_file_above_the_limit_is_413(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));

    posting(&server, &token, samples::jpeg((10 << 20) + 1)).send().refusal(413);

    assert_eq!(server.count("files"), 0);
}

#[rstest]
#[case::nothing("")]
#[case::something_else("id=1")]
#[case::both("file_id=file_x&customer_id=y")]
fn files_are_asked_for_by_one_id(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] query: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));

    server.call("GET", "/customer/files").token(&token).raw_query(query).send().refusal(400);
}

/// FILE-19.
#[rstest]
fn a_file_that_nobody_names_goes(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let (waiting, used) = (post(&server, &token, samples::jpeg(600 * 1024)), post(&server, &token, samples::png()));
    let id = put(&server, &token, &used).id();
    sweep(&server);
    assert_eq!(server.count("files"), 2);

    assert_eq!(server.execute("UPDATE files SET expires_at = created_at WHERE expires_at IS NOT NULL"), 1);
    assert_eq!(listed(&server, &token, "file_id", &waiting), [] as [Value; 0], "even before it is swept");
    sweep(&server);

    assert_eq!((server.count("files"), server.count("file_chunks")), (1, 1));
    assert_eq!(listed(&server, &token, "customer_id", &id).len(), 1);
}

/// DEL-01, and what was sent for the customer and not used yet.
#[rstest]
fn an_erased_customer_has_no_files(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let (used, waiting) = (post(&server, &token, samples::png()), post(&server, &token, samples::png()));
    let other_memo = self::token(format!("{}:5", account(1)));
    let of_another = post(&server, &other_memo, samples::png());
    let id = put(&server, &token, &used).id();

    server.delete(&token, &account(1)).send().customer();

    for file in [&used, &waiting] {
        assert_eq!(listed(&server, &token, "file_id", file), [] as [Value; 0]);
        assert_eq!(put(&server, &token, file).refusal(400), UNKNOWN);
    }
    assert_eq!(listed(&server, &token, "customer_id", &id), [] as [Value; 0]);
    server.put(&token).json(&json!({ "id": id, "photo_id_front_file_id": waiting })).send().refusal(404);
    let callback = json!({ "id": id, "url": "https://wallet.example.com/kyc" });
    server.call("PUT", "/customer/callback").token(&token).json(&callback).send().refusal(404);
    assert_eq!((server.count("files"), server.count("file_chunks")), (1, 1));
    assert_eq!(listed(&server, &other_memo, "file_id", &of_another).len(), 1, "the other customer keeps its own");
    assert_ne!(server.register(&token), id);
}

#[rstest]
fn an_account_has_a_number_of_files_that_nobody_named(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start_with(engine, json!({ "files": { "unused_max": 2, "unused_ttl": "1h" } }));
    let (one, other) = (token(account(1)), token(format!("{}:5", account(1))));
    let (file, _) = (post(&server, &one, samples::png()), post(&server, &other, samples::png()));

    for token in [&one, &other] {
        let refused = posting(&server, token, samples::png()).send();
        refused.refusal(429);
        let seconds: u64 = refused.header("retry-after").expect("a header").parse().expect("a number");
        assert!((3000..=3600).contains(&seconds), "{seconds}");
    }
    post(&server, &token(account(2)), samples::png());

    put(&server, &one, &file).id();
    post(&server, &one, samples::png());
    posting(&server, &one, samples::png()).send().refusal(429);
    server.execute("UPDATE files SET expires_at = created_at WHERE expires_at IS NOT NULL");
    post(&server, &one, samples::png());
}

#[rstest]
fn an_account_has_a_size_of_files_that_nobody_named(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start_with(engine, json!({ "files": { "unused_max_mib": 1 } }));
    let token = token(account(1));
    post(&server, &token, samples::jpeg(600 * 1024));

    posting(&server, &token, samples::jpeg(600 * 1024)).send().refusal(429);

    assert_eq!((server.count("files"), server.count("file_chunks")), (1, 3), "nothing of the second one is left");
    post(&server, &token, samples::jpeg(400 * 1024));
    server.put(&token).multipart([Part::file("photo_id_back", "image/jpeg", samples::jpeg(2 << 20))]).send().id();
}

/// However many come at once, at two replicas.
#[rstest]
fn files_that_come_at_once_do_not_pass_the_limit(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start_with(engine, json!({ "files": { "unused_max": 3 } }));
    let (other, token) = (server.replica(), token(account(1)));
    let start = Barrier::new(8);

    let post = &|server: &Server| {
        start.wait();
        admitted(|| posting(server, &token, samples::png()).send()).status
    };

    let answers: Vec<_> = thread::scope(|scope| {
        let posts = [&server, &other].repeat(4).into_iter().map(|server| scope.spawn(move || post(server)));
        posts.collect::<Vec<_>>().into_iter().map(|post| post.join().expect("an answer")).collect()
    });

    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 3, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 5, "{answers:?}");
    assert_eq!(server.count("files"), 3);
}

#[rstest]
fn a_file_is_used_once_by_whoever_is_first(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine);
    let (other, token) = (server.replica(), token(account(1)));
    for _ in 0..10 {
        let file = post(&server, &token, samples::png());
        let start = Barrier::new(2);

        let put = |server: &Server, memo: u64| {
            let call = server.put(&token).json(&json!({ "memo": memo, "photo_id_front_file_id": file }));
            start.wait();
            call.send().status
        };

        let statuses = thread::scope(|scope| {
            let (one, two) = (scope.spawn(|| put(&server, 1)), scope.spawn(|| put(&other, 2)));
            [one.join().expect("an answer"), two.join().expect("an answer")]
        });

        assert!([[202, 400], [400, 202]].contains(&statuses), "{statuses:?}");
    }
}

/// FILE-17: what breaks off is nobody's file, and counts for nobody.
#[rstest]
fn a_post_that_breaks_off_leaves_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start_with(engine, json!({ "files": { "unused_max": 1 } }));
    let token = token(account(1));
    let head = b"--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
    let content = [head.as_slice(), &samples::jpeg(600 * 1024)].concat();
    for _ in 0..3 {
        let call = server.call("POST", "/customer/files").token(&token).header("transfer-encoding", "chunked");
        let mut connection = Connection::open(server.public);
        connection.send(call.body("multipart/form-data; boundary=XX", "").bytes());
        connection.send([format!("{:x}\r\n", content.len()).as_bytes(), &content, b"\r\n"].concat());
        until("a piece is there", || server.count("file_chunks") > 0);

        drop(connection);

        until("it is gone", || server.count("files") == 0);
        assert_eq!(server.count("file_chunks"), 0);
    }
    post(&server, &token, samples::png());
}
