//! The words and the status of every [`PageError`]: what happened, and what to do next.

use http::StatusCode;

use super::trouble::PageError;
use crate::domain::language::Text;

/// What a page of trouble says. `next` is for pages without a *start again* button.
pub(super) struct Words {
    pub(super) status: StatusCode,
    pub(super) heading: Text,
    pub(super) happened: Text,
    pub(super) next: Text,
}

impl Words {
    pub(super) fn of(error: &PageError) -> &'static Self {
        match error {
            PageError::Malformed => &MALFORMED,
            PageError::CodeRefused(_) => &CODE_REFUSED,
            PageError::OtherBrowser => &OTHER_BROWSER,
            PageError::NotConfirmed => &NOT_CONFIRMED,
            PageError::Cancelled { .. } => &CANCELLED,
            PageError::Refused => &REFUSED,
            PageError::FormExpired => &FORM_EXPIRED,
            PageError::Unknown => &UNKNOWN,
            PageError::MethodNotAllowed(_) => &METHOD_NOT_ALLOWED,
            PageError::TooSlow => &TOO_SLOW,
            PageError::Finished => &FINISHED,
            PageError::TooLarge => &TOO_LARGE,
            PageError::TooOften { .. } => &TOO_OFTEN,
            PageError::Internal(_) => &INTERNAL,
            PageError::Busy { .. } => &BUSY,
            PageError::ProviderBroken(_) => &PROVIDER_BROKEN,
            PageError::ProviderBusy { .. } => &PROVIDER_BUSY,
            PageError::ProviderSilent(_) => &PROVIDER_SILENT,
        }
    }
}

/// What to do where only the wallet can begin anew.
const FROM_THE_WALLET: Text = Text {
    en: "Go back to your wallet and open the verification from there again.",
    es: "Vuelva a su billetera y abra de nuevo la verificación desde allí.",
    de: "Kehren Sie zu Ihrer Wallet zurück und öffnen Sie die Prüfung von dort aus erneut.",
};

/// What to do where the page before is still good.
const BACK_AND_AGAIN: Text = Text {
    en: "Go back to the page before and try again.",
    es: "Vuelva a la página anterior e inténtelo de nuevo.",
    de: "Kehren Sie zur vorigen Seite zurück und versuchen Sie es erneut.",
};

const MALFORMED: Words = Words {
    status: StatusCode::BAD_REQUEST,
    heading: Text {
        en: "This link is not complete",
        es: "Este enlace no está completo",
        de: "Dieser Link ist nicht vollständig",
    },
    happened: Text {
        en: "A part of the address is missing or was changed on the way. Nothing has happened to your verification.",
        es: "Falta una parte de la dirección o se ha modificado por el camino. Su verificación no se ha visto \
             afectada.",
        de: "Ein Teil der Adresse fehlt oder wurde unterwegs verändert. Ihre Prüfung ist davon nicht betroffen.",
    },
    next: FROM_THE_WALLET,
};

const CODE_REFUSED: Words = Words {
    status: StatusCode::UNAUTHORIZED,
    heading: Text {
        en: "The confirmation was not accepted",
        es: "No se ha aceptado la confirmación",
        de: "Die Bestätigung wurde nicht angenommen",
    },
    happened: Text {
        en: "The identity provider did not accept the confirmation you came back with. That happens when it \
             took too long, or when it was used before.",
        es: "El proveedor de identidad no ha aceptado la confirmación con la que ha vuelto. Esto ocurre cuando \
             ha pasado demasiado tiempo o cuando ya se había utilizado.",
        de: "Der Identitätsdienst hat die Bestätigung, mit der Sie zurückgekommen sind, nicht angenommen. Das \
             geschieht, wenn es zu lange gedauert hat oder wenn sie schon einmal verwendet wurde.",
    },
    next: FROM_THE_WALLET,
};

const OTHER_BROWSER: Words = Words {
    status: StatusCode::UNAUTHORIZED,
    heading: Text {
        en: "This is not the browser you started in",
        es: "Este no es el navegador en el que empezó",
        de: "Dies ist nicht der Browser, in dem Sie begonnen haben",
    },
    happened: Text {
        en: "For your protection a verification has to end in the browser in which it began. Nothing has been \
             passed on.",
        es: "Para su protección, una verificación debe terminar en el mismo navegador en el que empezó. No se \
             ha transmitido nada.",
        de: "Zu Ihrem Schutz muss eine Prüfung in dem Browser enden, in dem sie begonnen hat. Es wurde nichts \
             weitergegeben.",
    },
    next: Text {
        en: "Go back to that browser, or open the verification from your wallet again and stay in one browser. \
             If you did not start a verification yourself, close this page.",
        es: "Vuelva a aquel navegador, o abra de nuevo la verificación desde su billetera y utilice un solo \
             navegador. Si no ha iniciado usted ninguna verificación, cierre esta página.",
        de: "Kehren Sie zu jenem Browser zurück, oder öffnen Sie die Prüfung erneut aus Ihrer Wallet und \
             bleiben Sie in einem Browser. Wenn Sie selbst keine Prüfung begonnen haben, schließen Sie diese \
             Seite.",
    },
};

const NOT_CONFIRMED: Words = Words {
    status: StatusCode::UNAUTHORIZED,
    heading: Text { en: "Not confirmed", es: "No confirmado", de: "Nicht bestätigt" },
    happened: Text {
        en: "Nothing has been passed on, and the account is as it was before.",
        es: "No se ha transmitido nada y la cuenta sigue como estaba.",
        de: "Es wurde nichts weitergegeben, und das Konto ist unverändert.",
    },
    next: Text {
        en: "If you did want to go on, open the verification from your wallet again.",
        es: "Si deseaba continuar, abra de nuevo la verificación desde su billetera.",
        de: "Wenn Sie doch fortfahren möchten, öffnen Sie die Prüfung erneut aus Ihrer Wallet.",
    },
};

const CANCELLED: Words = Words {
    status: StatusCode::FORBIDDEN,
    heading: Text {
        en: "The verification was cancelled",
        es: "La verificación se ha cancelado",
        de: "Die Prüfung wurde abgebrochen",
    },
    happened: Text {
        en: "You stopped at the identity provider before the end. Nothing has been passed on.",
        es: "La ha interrumpido en el proveedor de identidad antes de terminar. No se ha transmitido nada.",
        de: "Sie haben beim Identitätsdienst vor dem Ende abgebrochen. Es wurde nichts weitergegeben.",
    },
    next: FROM_THE_WALLET,
};

const REFUSED: Words = Words {
    status: StatusCode::FORBIDDEN,
    heading: Text {
        en: "You could not be verified",
        es: "No se ha podido verificar su identidad",
        de: "Ihre Identität konnte nicht bestätigt werden",
    },
    happened: Text {
        en: "The identity provider has decided that it cannot confirm who you are.",
        es: "El proveedor de identidad ha decidido que no puede confirmar quién es usted.",
        de: "Der Identitätsdienst hat entschieden, dass er Ihre Identität nicht bestätigen kann.",
    },
    next: Text {
        en: "If you think this is a mistake, ask the provider, or the support of your wallet.",
        es: "Si cree que se trata de un error, consulte al proveedor o al servicio de asistencia de su billetera.",
        de: "Wenn Sie das für einen Irrtum halten, wenden Sie sich bitte an den Dienst oder an den Support \
             Ihrer Wallet.",
    },
};

const FORM_EXPIRED: Words = Words {
    status: StatusCode::FORBIDDEN,
    heading: Text {
        en: "This button no longer works",
        es: "Este botón ya no funciona",
        de: "Diese Schaltfläche funktioniert nicht mehr",
    },
    happened: Text {
        en: "The page was open for too long, or your browser does not keep cookies. Nothing has been sent.",
        es: "La página ha estado abierta demasiado tiempo o su navegador no guarda cookies. No se ha enviado nada.",
        de: "Die Seite war zu lange geöffnet, oder Ihr Browser speichert keine Cookies. Es wurde nichts gesendet.",
    },
    next: Text {
        en: "Go back, reload the page and press the button again. Allow cookies for this site if your browser asks.",
        es: "Vuelva atrás, recargue la página y pulse de nuevo el botón. Si su navegador se lo pregunta, \
             permita las cookies de este sitio.",
        de: "Gehen Sie zurück, laden Sie die Seite neu und drücken Sie die Schaltfläche noch einmal. Erlauben \
             Sie Cookies für diese Website, falls Ihr Browser danach fragt.",
    },
};

const UNKNOWN: Words = Words {
    status: StatusCode::NOT_FOUND,
    heading: Text { en: "There is nothing here", es: "Aquí no hay nada", de: "Hier ist nichts zu finden" },
    happened: Text {
        en: "The link is wrong, has expired, or was used before.",
        es: "El enlace es incorrecto, ha caducado o ya se ha utilizado.",
        de: "Der Link ist falsch, abgelaufen oder wurde schon einmal verwendet.",
    },
    next: FROM_THE_WALLET,
};

const METHOD_NOT_ALLOWED: Words = Words {
    status: StatusCode::METHOD_NOT_ALLOWED,
    heading: Text {
        en: "This address works differently",
        es: "Esta dirección funciona de otra manera",
        de: "Diese Adresse funktioniert anders",
    },
    happened: Text {
        en: "Your browser, or another program, asked for it in a way it does not offer.",
        es: "Su navegador, u otro programa, la ha solicitado de una forma que no admite.",
        de: "Ihr Browser oder ein anderes Programm hat sie auf eine Weise aufgerufen, die sie nicht anbietet.",
    },
    next: FROM_THE_WALLET,
};

const TOO_SLOW: Words = Words {
    status: StatusCode::REQUEST_TIMEOUT,
    heading: Text {
        en: "The connection was too slow",
        es: "La conexión era demasiado lenta",
        de: "Die Verbindung war zu langsam",
    },
    happened: Text {
        en: "What you sent did not arrive in time, and nothing of it was kept.",
        es: "Lo que ha enviado no ha llegado a tiempo y no se ha guardado nada.",
        de: "Was Sie gesendet haben, ist nicht rechtzeitig angekommen, und nichts davon wurde gespeichert.",
    },
    next: BACK_AND_AGAIN,
};

const TOO_LARGE: Words = Words {
    status: StatusCode::PAYLOAD_TOO_LARGE,
    heading: Text { en: "That was too much at once", es: "Era demasiado de una vez", de: "Das war zu viel auf einmal" },
    happened: Text {
        en: "What you sent is larger than this server takes, and nothing of it was kept. A file may have up to 10 MB.",
        es: "Lo que ha enviado es mayor de lo que este servidor admite y no se ha guardado nada. Un archivo puede \
             tener hasta 10 MB.",
        de: "Was Sie gesendet haben, ist größer, als dieser Server annimmt, und nichts davon wurde gespeichert. Eine \
             Datei darf höchstens 10 MB groß sein.",
    },
    next: BACK_AND_AGAIN,
};

const FINISHED: Words = Words {
    status: StatusCode::CONFLICT,
    heading: Text { en: "Already complete", es: "Ya está completa", de: "Bereits abgeschlossen" },
    happened: Text {
        en: "This verification is finished. There is nothing more to confirm.",
        es: "Esta verificación ha finalizado. No queda nada por confirmar.",
        de: "Diese Prüfung ist abgeschlossen. Es gibt nichts mehr zu bestätigen.",
    },
    next: Text {
        en: "Close this page and go back to your wallet: it shows the result.",
        es: "Cierre esta página y vuelva a su billetera: allí verá el resultado.",
        de: "Schließen Sie diese Seite und kehren Sie zu Ihrer Wallet zurück: Dort sehen Sie das Ergebnis.",
    },
};

const TOO_OFTEN: Words = Words {
    status: StatusCode::TOO_MANY_REQUESTS,
    heading: Text { en: "Too many attempts", es: "Demasiados intentos", de: "Zu viele Versuche" },
    happened: Text {
        en: "There were too many attempts from your network or for this account. Nothing has been sent.",
        es: "Ha habido demasiados intentos desde su red o para esta cuenta. No se ha enviado nada.",
        de: "Es gab zu viele Versuche aus Ihrem Netz oder für dieses Konto. Es wurde nichts gesendet.",
    },
    next: Text {
        en: "Please wait a minute, go back, and press the button again.",
        es: "Espere un minuto, por favor, vuelva a la página anterior y pulse de nuevo el botón.",
        de: "Bitte warten Sie eine Minute, gehen Sie zurück und drücken Sie die Schaltfläche noch einmal.",
    },
};

const INTERNAL: Words = Words {
    status: StatusCode::INTERNAL_SERVER_ERROR,
    heading: Text {
        en: "Something went wrong here",
        es: "Algo ha fallado por nuestra parte",
        de: "Bei uns ist etwas schiefgegangen",
    },
    happened: Text {
        en: "This is our fault, not yours. It has been noted.",
        es: "Es un error nuestro, no suyo. Ha quedado registrado.",
        de: "Das ist unser Fehler, nicht Ihrer. Er wurde vermerkt.",
    },
    next: Text {
        en: "Please try again in a few minutes. If it happens again, tell the support of your wallet.",
        es: "Inténtelo de nuevo dentro de unos minutos. Si vuelve a ocurrir, comuníquelo al servicio de \
             asistencia de su billetera.",
        de: "Bitte versuchen Sie es in einigen Minuten erneut. Wenn es wieder geschieht, informieren Sie bitte \
             den Support Ihrer Wallet.",
    },
};

const BUSY: Words = Words {
    status: StatusCode::SERVICE_UNAVAILABLE,
    heading: Text {
        en: "Too many people at once",
        es: "Demasiadas personas a la vez",
        de: "Zu viele Anfragen auf einmal",
    },
    happened: Text {
        en: "We cannot answer right now. Nothing has changed.",
        es: "En este momento no podemos responder. No ha cambiado nada.",
        de: "Wir können gerade nicht antworten. Es hat sich nichts geändert.",
    },
    next: Text {
        en: "Please reload this page in a few seconds.",
        es: "Recargue esta página dentro de unos segundos, por favor.",
        de: "Bitte laden Sie diese Seite in einigen Sekunden neu.",
    },
};

const PROVIDER_BROKEN: Words = Words {
    status: StatusCode::BAD_GATEWAY,
    heading: Text {
        en: "The identity provider’s answer was of no use",
        es: "La respuesta del proveedor de identidad no se puede utilizar",
        de: "Die Antwort des Identitätsdienstes war nicht verwendbar",
    },
    happened: Text {
        en: "This is not your fault. The provider answered, but not in a way we can rely on, so nothing has \
             changed. If it happens again, tell the support of your wallet.",
        es: "No es culpa suya. El proveedor ha respondido, pero no de una forma en la que podamos confiar, de \
             modo que no ha cambiado nada. Si vuelve a ocurrir, comuníquelo al servicio de asistencia de su \
             billetera.",
        de: "Das liegt nicht an Ihnen. Der Dienst hat geantwortet, aber nicht so, dass wir uns darauf verlassen \
             können; deshalb hat sich nichts geändert. Wenn es wieder geschieht, informieren Sie bitte den \
             Support Ihrer Wallet.",
    },
    next: FROM_THE_WALLET,
};

const PROVIDER_BUSY: Words = Words {
    status: StatusCode::SERVICE_UNAVAILABLE,
    heading: Text {
        en: "The identity provider is busy",
        es: "El proveedor de identidad está ocupado",
        de: "Der Identitätsdienst ist überlastet",
    },
    happened: Text {
        en: "Nothing has changed. Please wait a few minutes before you try again.",
        es: "No ha cambiado nada. Espere unos minutos antes de volver a intentarlo.",
        de: "Es hat sich nichts geändert. Bitte warten Sie einige Minuten, bevor Sie es erneut versuchen.",
    },
    next: FROM_THE_WALLET,
};

const PROVIDER_SILENT: Words = Words {
    status: StatusCode::GATEWAY_TIMEOUT,
    heading: Text {
        en: "The identity provider did not answer",
        es: "El proveedor de identidad no ha respondido",
        de: "Der Identitätsdienst hat nicht geantwortet",
    },
    happened: Text {
        en: "We waited, but no answer came in time. Nothing has changed. Please try again in a few minutes.",
        es: "Hemos esperado, pero no ha llegado ninguna respuesta a tiempo. No ha cambiado nada. Inténtelo de \
             nuevo dentro de unos minutos.",
        de: "Wir haben gewartet, aber es kam keine Antwort rechtzeitig an. Es hat sich nichts geändert. Bitte \
             versuchen Sie es in einigen Minuten erneut.",
    },
    next: FROM_THE_WALLET,
};
