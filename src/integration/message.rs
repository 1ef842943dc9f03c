//! What the answer about a customer says to people.

use crate::domain::assessment::{Assessment, Fault, ProofNeeded, ProofReason};
use crate::domain::decision::{Flaw, Notice};
use crate::domain::facts::Status;
use crate::domain::language::{Language, Text};

/// What a customer who waits is told.
const WAITING: Text = Text {
    en: "What you gave is being checked. There is nothing you have to do.",
    es: "Estamos comprobando los datos que nos ha facilitado. No tiene que hacer nada.",
    de: "Ihre Angaben werden geprüft. Sie müssen nichts weiter tun.",
};

/// What a customer is told whose fields have to be given again, whatever found that.
const AGAIN: Text = Text {
    en: "Some of what you gave is not good as it is; beside each such field stands why. Please give it again.",
    es: "Algunos de los datos que nos ha facilitado no son válidos; junto a cada uno se indica el motivo. \
         Le rogamos que los facilite de nuevo.",
    de: "Einige Ihrer Angaben können wir so nicht übernehmen; der Grund steht jeweils daneben. \
         Bitte machen Sie diese Angaben erneut.",
};

/// What a customer is told who has to give a code.
const CODE: Text = Text {
    en: "A code is sent to what you gave, to show that it is yours. Please enter it. \
         If none arrives, give the same again to get another one.",
    es: "Enviamos un código a la dirección o al número que nos ha facilitado, para comprobar que es suyo. \
         Introdúzcalo, por favor. Si no le llega, facilite el mismo dato de nuevo para recibir otro.",
    de: "An Ihre Adresse oder Nummer wird ein Code gesendet, um zu bestätigen, dass sie Ihnen gehört. \
         Bitte geben Sie ihn ein. Wenn keiner ankommt, geben Sie dasselbe noch einmal an, um einen neuen zu erhalten.",
};

/// Says what the assessment means and what to do next; `display_name` gives a provider's name for people, and the link
/// to its proof, if there is one yet, ends the message.
pub(super) fn compose<'a>(
    assessment: &Assessment<'a>,
    language: Language,
    display_name: impl Fn(&'a str) -> &'a str,
    link: Option<&str>,
) -> Option<String> {
    let again = assessment.provided_fields.iter().any(|field| field.fault.is_some());
    let proof = assessment.proof.map(|needed| proof_needed(needed, language, display_name(needed.provider), link));
    let code = assessment.unverified().next().is_some();
    let say = |text: &Text| text.say(language).to_owned();
    let parts = match assessment.status {
        Status::Accepted => [None, None, None],
        Status::Processing => [Some(say(&WAITING)), None, None],
        Status::Rejected => [assessment.notice.map(|notice| say(self::notice(notice))), None, None],
        Status::NeedsInfo => [again.then(|| say(&AGAIN)), code.then(|| say(&CODE)), proof],
    };
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Says what a decision has to say. It is neutral on purpose: a reason would tell how to get around it.
#[must_use]
pub fn notice(notice: Notice) -> &'static Text {
    match notice {
        Notice::NotAccepted => &Text {
            en: "We cannot accept you as a customer.",
            es: "No podemos aceptarle como cliente.",
            de: "Wir können Sie nicht als Kundin oder Kunden annehmen.",
        },
        Notice::NotEligible => &Text {
            en: "You do not meet the conditions of this service.",
            es: "No cumple las condiciones de este servicio.",
            de: "Sie erfüllen die Bedingungen dieses Dienstes nicht.",
        },
        Notice::NotAvailableThere => &Text {
            en: "This service is not available where you live.",
            es: "Este servicio no está disponible en su lugar de residencia.",
            de: "Dieser Dienst ist an Ihrem Wohnort nicht verfügbar.",
        },
        Notice::IdentityNotConfirmed => &Text {
            en: "Your identity could not be confirmed.",
            es: "No se ha podido confirmar su identidad.",
            de: "Ihre Identität konnte nicht bestätigt werden.",
        },
        Notice::GiveAgain => &AGAIN,
    }
}

/// Says why a field was rejected.
#[must_use]
pub fn fault(fault: Fault) -> &'static Text {
    match fault {
        Fault::Expired => &Text {
            en: "Its time is over. Please give what is valid now.",
            es: "Ha caducado. Facilite, por favor, uno que esté en vigor.",
            de: "Die Gültigkeit ist abgelaufen. Bitte geben Sie an, was jetzt gültig ist.",
        },
        Fault::NotAChoice => &Text {
            en: "This is not among the choices here. Please choose one of them.",
            es: "No figura entre las opciones admitidas. Elija, por favor, una de ellas.",
            de: "Dies steht hier nicht zur Auswahl. Bitte wählen Sie einen der angebotenen Werte.",
        },
        Fault::Found(flaw) => self::flaw(flaw),
    }
}

/// Says what a person found.
fn flaw(flaw: Flaw) -> &'static Text {
    match flaw {
        Flaw::Unreadable => &Text {
            en: "It cannot be read. Please give it again, sharp and complete.",
            es: "No se puede leer. Facilítelo de nuevo, por favor, nítido y completo.",
            de: "Dies ist nicht lesbar. Bitte geben Sie es erneut an, scharf und vollständig.",
        },
        Flaw::Incomplete => &Text {
            en: "A part of it is missing. Please give all of it.",
            es: "Falta una parte. Facilítelo completo, por favor.",
            de: "Ein Teil davon fehlt. Bitte geben Sie es vollständig an.",
        },
        Flaw::Mismatch => &Text {
            en: "It does not agree with the rest of what you gave. Please check both.",
            es: "No concuerda con los demás datos que nos ha facilitado. Compruebe ambos, por favor.",
            de: "Dies stimmt nicht mit Ihren übrigen Angaben überein. Bitte prüfen Sie beides.",
        },
        Flaw::WrongDocument => &Text {
            en: "It is not what was asked for. Please read the description again.",
            es: "No es lo que se solicitaba. Lea de nuevo la descripción, por favor.",
            de: "Dies ist nicht, worum gebeten wurde. Bitte lesen Sie die Beschreibung noch einmal.",
        },
        Flaw::OutOfDate => &Text {
            en: "It is out of date. Please give a current one.",
            es: "No está actualizado. Facilite, por favor, uno reciente.",
            de: "Dies ist veraltet. Bitte geben Sie etwas Aktuelles an.",
        },
        Flaw::NotAccepted => &Text {
            en: "It was not accepted. Please give another one.",
            es: "No se ha aceptado. Facilite otro, por favor.",
            de: "Dies wurde nicht angenommen. Bitte geben Sie etwas anderes an.",
        },
    }
}

/// Says what has to be done about a proof.
fn proof_needed(needed: ProofNeeded<'_>, language: Language, display_name: &str, link: Option<&str>) -> String {
    let what = proof_reason(needed.reason, language, display_name);
    let next = match (link, language) {
        (Some(link), Language::En) => format!("Continue here: {link}"),
        (Some(link), Language::Es) => format!("Continúe aquí: {link}"),
        (Some(link), Language::De) => format!("Weiter geht es hier: {link}"),
        (None, language) => FIRST.say(language).to_owned(),
    };
    format!("{what} {next}")
}

/// What to do while there is no link yet.
const FIRST: Text = Text {
    en: "Register first; the link to the verification follows.",
    es: "Regístrese primero; después recibirá el enlace a la verificación.",
    de: "Bitte registrieren Sie sich zuerst; danach erhalten Sie den Link zur Identitätsprüfung.",
};

fn proof_reason(reason: ProofReason, language: Language, provider: &str) -> String {
    use Language::{De, En, Es};
    match (reason, language) {
        (ProofReason::Missing, En) => format!("Your identity has to be verified by {provider}."),
        (ProofReason::Missing, Es) => format!("Es necesario que {provider} verifique su identidad."),
        (ProofReason::Missing, De) => format!("Ihre Identität muss von {provider} geprüft werden."),
        (ProofReason::Expired, En) => {
            format!("Your verification by {provider} has expired. Please verify your identity again.")
        }
        (ProofReason::Expired, Es) => {
            format!("La verificación realizada por {provider} ha caducado. Verifique de nuevo su identidad, por favor.")
        }
        (ProofReason::Expired, De) => {
            format!("Die Prüfung durch {provider} ist nicht mehr gültig. Bitte weisen Sie sich erneut aus.")
        }
        (ProofReason::Changed, En) => {
            format!("You changed what {provider} had confirmed. Please verify your identity again.")
        }
        (ProofReason::Changed, Es) => {
            format!("Ha modificado datos que {provider} había confirmado. Verifique de nuevo su identidad, por favor.")
        }
        (ProofReason::Changed, De) => {
            format!("Sie haben geändert, was {provider} bestätigt hatte. Bitte weisen Sie sich erneut aus.")
        }
    }
}
