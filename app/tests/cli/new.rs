//! Making projects: what cannot be used is named with its cause, and nothing half-made stays behind.

use concord_imaging::{encode_jpeg, encode_png};
use serde_json::Value;

use crate::support::{concord, concord_in, folder, picture, project, write};

/// A PNG whose header announces 30,000 × 30,000 pixels; 900 megapixels would take 2.7 GB.
fn bomb() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind.as_slice(), data].concat();
        let length = u32::try_from(data.len()).expect("a short chunk").to_be_bytes();
        [length.as_slice(), &body, &crc32(&body).to_be_bytes()].concat()
    };
    let side = 30_000u32.to_be_bytes();
    let header = [side.as_slice(), &side, &[8, 2, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &header), &chunk(b"IDAT", &[]), &chunk(b"IEND", &[])].concat()
}

/// The checksum of PNG chunks (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

#[test]
fn the_checksum_is_that_of_png() {
    // The check value of CRC-32/ISO-HDLC.
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

#[test]
fn every_bad_file_is_named_with_its_cause_and_the_rest_goes_on() {
    let dir = folder();
    let photos = dir.path().join("photos");
    let jpeg = encode_jpeg(&picture(5), 90);
    write(&photos.join("good.png"), encode_png(&picture(0)));
    write(&photos.join("twin.png"), encode_png(&picture(0)));
    write(&photos.join("whole.jpg"), &jpeg);
    write(&photos.join("cut.jpg"), &jpeg[..jpeg.len() / 2]);
    write(&photos.join("empty.jpg"), b"");
    write(&photos.join("words.png"), b"Dear reader, this is no picture.");
    write(&photos.join("bomb.png"), bomb());
    write(&photos.join("notes.txt"), b"not looked at");
    let faults = [
        ("cut.jpg", "damaged or cut off"),
        ("empty.jpg", "0 bytes"),
        ("words.png", "not a picture"),
        ("bomb.png", "30000×30000 pixels are 900.0 megapixels, above the limit"),
    ];

    let found = concord_in(dir.path(), "new {}/belt --images {}/photos --json").code(0).json();
    assert_eq!((&found["added"], &found["total"], &found["other_files"]), (&2.into(), &2.into(), &1.into()));
    let duplicates = found["duplicates"].as_array().expect("a list");
    assert_eq!(duplicates.len(), 1);
    assert!(duplicates[0]["path"].as_str().expect("a path").ends_with("twin.png"), "{duplicates:?}");
    let problems = found["problems"].as_array().expect("a list");
    assert_eq!(problems.len(), faults.len(), "{problems:#?}");
    for (file, cause) in faults {
        let names = |p: &&Value| p["place"].as_str().is_some_and(|place| place.ends_with(file));
        let problem = problems.iter().find(names).unwrap_or_else(|| panic!("{file} is not in {problems:#?}"));
        assert!(problem["cause"].as_str().is_some_and(|text| text.contains(cause)), "{problem}");
    }

    let text = concord_in(dir.path(), "new {}/again --images {}/photos").code(0);
    for (file, cause) in faults {
        let line =
            text.stdout.lines().find(|line| line.contains(file)).unwrap_or_else(|| panic!("no {file}: {text:?}"));
        assert!(line.contains(cause), "{line}");
    }
    text.says(&["4 problems:", "1 duplicate:", "twin.png: the same bytes as sample"]);
}

#[test]
fn a_long_list_of_problems_is_cut_for_people_and_whole_for_programs() {
    let dir = folder();
    for number in 0..25 {
        write(&dir.path().join(format!("photos/{number:02}.png")), b"");
    }
    concord_in(dir.path(), "new {}/a --images {}/photos").code(0).says(&["25 problems:", "19.png", "… and 5 more"]);
    let found = concord_in(dir.path(), "new {}/b --images {}/photos --json").code(0).json();
    assert_eq!(found["problems"].as_array().map(Vec::len), Some(25));
}

#[test]
fn a_sidecar_row_without_image_is_told() {
    let dir = folder();
    write(&dir.path().join("meta.csv"), "file,camera\n0.png,A\ngone.png,B\n");
    write(&dir.path().join("photos/0.png"), encode_png(&picture(0)));
    concord_in(dir.path(), "new {}/belt --images {}/photos --sidecar {}/meta.csv")
        .code(0)
        .says(&["meta.csv, line 3: no image named gone.png was found"]);
}

#[test]
fn nothing_is_left_of_a_project_that_cannot_be_made() {
    let dir = folder();
    write(&dir.path().join("photos/0.png"), encode_png(&picture(0)));
    write(&dir.path().join("bad.toml"), "name = 'x'\nversion = 0\n");
    concord_in(dir.path(), "new {}/belt --images {}/nowhere").code(1).refuses(&[
        "nowhere",
        "cause: ",
        "check the path",
    ]);
    concord_in(dir.path(), "new {}/belt --images {}/photos --ontology {}/bad.toml").code(2).refuses(&["ontology"]);
    concord_in(dir.path(), "new {}/belt --images {}/photos --policy {}/absent.toml").code(1).refuses(&["absent.toml"]);
    assert!(!dir.path().join("belt").exists());
    let belt = project(dir.path(), "");
    concord_in(dir.path(), "new {}/belt --images {}/photos")
        .code(2)
        .refuses(&["belt", "holds a Concord project already"]);
    assert!(belt.join("concord.toml").is_file(), "the project that was there is untouched");
}

/// Who runs the tests may be root, whom no permission bits stop: what nobody can write to stands in for a read-only
/// folder.
#[test]
fn a_place_that_cannot_be_written_is_named_with_its_cause() {
    let dir = folder();
    write(&dir.path().join("photos/0.png"), encode_png(&picture(0)));
    write(&dir.path().join("file"), b"");
    concord_in(dir.path(), "new {}/file/belt --images {}/photos").code(1).refuses(&["file/belt", "cause: "]);
    if cfg!(target_os = "linux") {
        concord_in(dir.path(), "new /proc/belt --images {}/photos").code(1).refuses(&["/proc/belt", "cause: "]);
    }
}

#[test]
fn an_empty_name_of_the_annotator_is_refused() {
    let dir = folder();
    write(&dir.path().join("photos/0.png"), encode_png(&picture(0)));
    let (belt, photos) = (dir.path().join("belt"), dir.path().join("photos"));
    let words = ["new".into(), belt.clone(), "--images".into(), photos, "--as-user".into(), "".into()];
    concord(words).code(2).refuses(&["who is at the desk?"]);
    assert!(!belt.exists());
}
