//! What SEP-12 promises to wallets, and the answers that would break it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kycd::domain::facts::Status;
use kycd::domain::field::FieldType;
use kycd::integration::{CustomerAnswer, FieldAnswer, InvariantError};
use rstest::rstest;

fn field(optional: bool) -> FieldAnswer {
    FieldAnswer {
        r#type: FieldType::String,
        description: Cow::Borrowed("the first name"),
        choices: None,
        optional,
        status: None,
        error: None,
    }
}

/// An answer with fields, each optional or not, and a message.
fn answer(status: Status, fields: Option<&[bool]>, message: Option<&str>) -> CustomerAnswer {
    let name = |(at, optional): (usize, &bool)| (format!("field_{at}"), field(*optional));
    CustomerAnswer {
        fields: fields.map(|fields| fields.iter().enumerate().map(name).collect::<BTreeMap<_, _>>()),
        message: message.map(str::to_owned),
        ..CustomerAnswer::new(status)
    }
}

const WHAT_TO_DO: Option<&str> = Some("Verify your identity.");

#[rstest]
#[case::a_required_field(Status::NeedsInfo, Some(&[false][..]), None, None)]
#[case::a_required_and_an_optional_field(Status::NeedsInfo, Some(&[true, false][..]), None, None)]
#[case::no_fields(Status::NeedsInfo, None, WHAT_TO_DO, Some(InvariantError::NeedsInfoWithoutFields))]
#[case::nothing_to_give_but_something_to_do(Status::NeedsInfo, Some(&[][..]), WHAT_TO_DO, None)]
#[case::nothing_to_give(Status::NeedsInfo, Some(&[][..]), None, Some(InvariantError::NothingToDo))]
#[case::nothing_to_give_and_an_empty_message(Status::NeedsInfo, Some(&[][..]), Some(""), Some(InvariantError::NothingToDo))]
#[case::nothing_that_has_to_be_given(Status::NeedsInfo, Some(&[true][..]), None, Some(InvariantError::NothingToDo))]
#[case::rejected_with_a_message(Status::Rejected, None, Some("No."), None)]
#[case::rejected_without_message(Status::Rejected, None, None, Some(InvariantError::RejectedWithoutMessage))]
#[case::rejected_with_an_empty_message(Status::Rejected, None, Some(""), Some(InvariantError::RejectedWithoutMessage))]
#[case::accepted(Status::Accepted, None, None, None)]
#[case::accepted_with_an_optional_field(Status::Accepted, Some(&[true][..]), None, None)]
#[case::accepted_with_a_required_field(Status::Accepted, Some(&[true, false][..]), None, Some(InvariantError::AcceptedWithRequiredField))]
#[case::processing(Status::Processing, None, None, None)]
fn an_answer_is_checked(
    #[case] status: Status,
    #[case] fields: Option<&[bool]>,
    #[case] message: Option<&str>,
    #[case] broken: Option<InvariantError>,
) {
    assert_eq!(answer(status, fields, message).check().err(), broken);
}

#[test]
fn an_id_that_is_there_says_something() {
    let with_id = |id: &str| CustomerAnswer { id: Some(id.to_owned()), ..CustomerAnswer::new(Status::Accepted) };

    assert_eq!(with_id("").check(), Err(InvariantError::EmptyId));
    assert_eq!(with_id("7").check(), Ok(()));
}

#[test]
fn what_is_not_there_has_no_member() {
    let answer = answer(Status::NeedsInfo, Some(&[false, true]), None);

    insta::assert_json_snapshot!(answer, @r#"
    {
      "status": "NEEDS_INFO",
      "fields": {
        "field_0": {
          "type": "string",
          "description": "the first name"
        },
        "field_1": {
          "type": "string",
          "description": "the first name",
          "optional": true
        }
      }
    }
    "#);
}
