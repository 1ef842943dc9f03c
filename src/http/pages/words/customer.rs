//! What the customer's page and those on the way to a provider and back say.

use crate::domain::language::Text;

/// By the name under which a template says them.
pub(super) const CUSTOMER: &[(&str, Text)] = &[
    (
        "spa.verified",
        Text { en: "You are verified", es: "Su identidad está verificada", de: "Ihre Identität ist bestätigt" },
    ),
    (
        "spa.verified.customer",
        Text {
            en: "Everything {operator} asked for is there. You can close this page and go back to your wallet.",
            es: "{operator} tiene todo lo que había solicitado. Puede cerrar esta página y volver a su billetera.",
            de: "{operator} liegt alles vor, was benötigt wurde. Sie können diese Seite schließen und zu Ihrer \
                 Wallet zurückkehren.",
        },
    ),
    (
        "spa.verified.bare",
        Text {
            en: "Everything {operator} asked for is there. You can close this page.",
            es: "{operator} tiene todo lo que había solicitado. Puede cerrar esta página.",
            de: "{operator} liegt alles vor, was benötigt wurde. Sie können diese Seite schließen.",
        },
    ),
    (
        "spa.waiting",
        Text {
            en: "We are checking your details", es: "Estamos comprobando sus datos", de: "Wir prüfen Ihre Angaben"
        },
    ),
    (
        "spa.waiting.customer",
        Text {
            en: "Everything {operator} asked for is there, and is being looked at. There is nothing you have to \
                 do: your wallet shows the result.",
            es: "{operator} tiene todo lo que había solicitado y lo está revisando. No tiene que hacer nada: su \
                 billetera le mostrará el resultado.",
            de: "{operator} liegt alles vor, was benötigt wurde; es wird gerade geprüft. Sie müssen nichts weiter tun: \
                 Ihre Wallet zeigt das Ergebnis an.",
        },
    ),
    (
        "spa.waiting.bare",
        Text {
            en: "Everything {operator} asked for is there, and is being looked at. There is nothing you have to \
                 do: this page shows the result.",
            es: "{operator} tiene todo lo que había solicitado y lo está revisando. No tiene que hacer nada: \
                 esta página le mostrará el resultado.",
            de: "{operator} liegt alles vor, was benötigt wurde; es wird gerade geprüft. Sie müssen nichts weiter tun: \
                 Diese Seite zeigt das Ergebnis an.",
        },
    ),
    (
        "spa.rejected",
        Text { en: "You were not accepted", es: "No se le ha aceptado", de: "Sie wurden nicht angenommen" },
    ),
    (
        "spa.rejected.customer",
        Text {
            en: "{operator} cannot accept you. Your wallet says more.",
            es: "{operator} no puede aceptarle. Encontrará más información en su billetera.",
            de: "{operator} kann Sie nicht annehmen. Mehr dazu erfahren Sie in Ihrer Wallet.",
        },
    ),
    (
        "spa.rejected.bare",
        Text {
            en: "{operator} cannot accept you.",
            es: "{operator} no puede aceptarle.",
            de: "{operator} kann Sie nicht annehmen.",
        },
    ),
    ("spa.open", Text { en: "Confirm who you are", es: "Confirme su identidad", de: "Bestätigen Sie Ihre Identität" }),
    (
        "spa.open.bare",
        Text {
            en: "{operator} has to know who owns the account below.",
            es: "{operator} debe saber a quién pertenece la cuenta que se indica a continuación.",
            de: "{operator} muss wissen, wem das unten genannte Konto gehört.",
        },
    ),
    (
        "spa.open.customer",
        Text {
            en: "{operator} has to know its customers before your wallet can use this service for the account \
                 below.",
            es: "{operator} debe conocer a sus clientes antes de que su billetera pueda utilizar este servicio \
                 para la cuenta que se indica a continuación.",
            de: "{operator} muss seine Kundschaft kennen, bevor Ihre Wallet diesen Dienst für das unten \
                 genannte Konto nutzen kann.",
        },
    ),
    (
        "spa.open.wallet",
        Text {
            en: "{operator} has to know its customers before {wallet} can use this service for the account below.",
            es: "{operator} debe conocer a sus clientes antes de que {wallet} pueda utilizar este servicio para \
                 la cuenta que se indica a continuación.",
            de: "{operator} muss seine Kundschaft kennen, bevor {wallet} diesen Dienst für das unten genannte \
                 Konto nutzen kann.",
        },
    ),
    (
        "spa.offer",
        Text {
            en: "{provider} confirms who you are",
            es: "{provider} confirma su identidad",
            de: "{provider} bestätigt Ihre Identität",
        },
    ),
    (
        "spa.offer.login",
        Text {
            en: "You log in there, not here.",
            es: "El inicio de sesión se realiza allí, no aquí.",
            de: "Sie melden sich dort an, nicht hier.",
        },
    ),
    (
        "spa.offer.shares",
        Text {
            en: "If you agree, {provider} then tells {operator}:",
            es: "Si usted da su consentimiento, {provider} comunicará a {operator}:",
            de: "Wenn Sie zustimmen, teilt {provider} danach {operator} mit:",
        },
    ),
    (
        "spa.caution.customer",
        Text {
            en: "Go on only if you opened this page from your own wallet and the account above is yours. If \
                 somebody sent you this link, close the page.",
            es: "Continúe solo si ha abierto esta página desde su propia billetera y la cuenta que se indica \
                 arriba es suya. Si alguien le ha enviado este enlace, cierre la página.",
            de: "Fahren Sie nur fort, wenn Sie diese Seite aus Ihrer eigenen Wallet geöffnet haben und das oben \
                 genannte Konto Ihnen gehört. Wenn Ihnen jemand diesen Link geschickt hat, schließen Sie die \
                 Seite.",
        },
    ),
    (
        "spa.caution.bare",
        Text {
            en: "Go on only if the account above is yours and you expected this link. Otherwise close the page.",
            es: "Continúe solo si la cuenta que se indica arriba es suya y esperaba este enlace. En caso \
                 contrario, cierre la página.",
            de: "Fahren Sie nur fort, wenn das oben genannte Konto Ihnen gehört und Sie diesen Link erwartet \
                 haben. Schließen Sie andernfalls die Seite.",
        },
    ),
    ("spa.continue", Text { en: "Continue to {provider}", es: "Continuar en {provider}", de: "Weiter zu {provider}" }),
    (
        "closed.minute",
        Text {
            en: "{provider} cannot be reached just now. Reload this page in a minute to try again.",
            es: "{provider} no está disponible en este momento. Vuelva a cargar esta página dentro de un minuto para \
                 intentarlo de nuevo.",
            de: "{provider} ist gerade nicht erreichbar. Laden Sie diese Seite in einer Minute neu, um es noch einmal \
                 zu versuchen.",
        },
    ),
    (
        "closed.minutes",
        Text {
            en: "{provider} cannot be reached just now. Reload this page in {minutes} minutes to try again.",
            es: "{provider} no está disponible en este momento. Vuelva a cargar esta página dentro de {minutes} minutos \
                 para intentarlo de nuevo.",
            de: "{provider} ist gerade nicht erreichbar. Laden Sie diese Seite in {minutes} Minuten neu, um es noch \
                 einmal zu versuchen.",
        },
    ),
    (
        "pending",
        Text {
            en: "Your verification takes a while",
            es: "Su verificación tardará un poco",
            de: "Ihre Prüfung dauert noch etwas",
        },
    ),
    (
        "pending.lead",
        Text {
            en: "{provider} has received what you gave and has not decided yet. {operator} hears about it as soon as \
                 it has.",
            es: "{provider} ha recibido sus datos y todavía no ha decidido. {operator} lo sabrá en cuanto lo haga.",
            de: "{provider} hat Ihre Angaben erhalten und noch nicht entschieden. {operator} erfährt es, sobald es \
                 so weit ist.",
        },
    ),
    (
        "pending.review",
        Text {
            en: "Everything {operator} asked for is there, and somebody is looking at it.",
            es: "{operator} tiene todo lo que había solicitado y alguien lo está revisando.",
            de: "{operator} liegt alles vor, was benötigt wurde, und jemand sieht es sich an.",
        },
    ),
    (
        "pending.next",
        Text {
            en: "There is nothing more to do. Close this page and go back to your wallet: it shows how things stand.",
            es: "No tiene que hacer nada más. Cierre esta página y vuelva a su billetera: allí verá el estado.",
            de: "Sie müssen nichts weiter tun. Schließen Sie diese Seite und kehren Sie zu Ihrer Wallet zurück: Sie \
                 zeigt den Stand.",
        },
    ),
    ("account_yours", Text { en: "Is this your account?", es: "¿Es esta su cuenta?", de: "Ist das Ihr Konto?" }),
    (
        "go.lead",
        Text {
            en: "You are about to confirm who you are at {provider}. Your name will then belong to this account:",
            es: "Está a punto de confirmar su identidad con {provider}. Su nombre quedará entonces asociado a \
                 esta cuenta:",
            de: "Sie sind dabei, Ihre Identität bei {provider} zu bestätigen. Ihr Name gehört dann zu diesem \
                 Konto:",
        },
    ),
    (
        "go.caution",
        Text {
            en: "Compare the account with the one in your wallet. If it is not yours, or if somebody sent you \
                 this link, close the page: nothing has happened yet.",
            es: "Compare la cuenta con la que figura en su billetera. Si no es suya, o si alguien le ha enviado \
                 este enlace, cierre la página: todavía no ha ocurrido nada.",
            de: "Vergleichen Sie das Konto mit dem in Ihrer Wallet. Wenn es nicht Ihres ist oder Ihnen jemand \
                 diesen Link geschickt hat, schließen Sie die Seite: Bisher ist nichts geschehen.",
        },
    ),
    (
        "go.continue",
        Text { en: "Yes, continue to {provider}", es: "Sí, continuar en {provider}", de: "Ja, weiter zu {provider}" },
    ),
    (
        "confirm.lead",
        Text {
            en: "You came back from {provider} in another browser than the one you started in. That is normal \
                 when you used an app. Your name is about to be joined to this account:",
            es: "Ha vuelto de {provider} en un navegador distinto de aquel en el que empezó. Es normal si ha \
                 utilizado una aplicación. Su nombre está a punto de asociarse a esta cuenta:",
            de: "Sie sind von {provider} in einem anderen Browser zurückgekommen als dem, in dem Sie begonnen \
                 haben. Das ist normal, wenn Sie eine App benutzt haben. Ihr Name wird gleich mit diesem Konto \
                 verbunden:",
        },
    ),
    (
        "confirm.caution",
        Text {
            en: "Say yes only if you started this yourself and the account is yours. Otherwise you would lend \
                 your identity to somebody else.",
            es: "Responda que sí únicamente si ha iniciado usted este proceso y la cuenta es suya. De lo \
                 contrario, prestaría su identidad a otra persona.",
            de: "Antworten Sie nur mit Ja, wenn Sie dies selbst begonnen haben und das Konto Ihnen gehört. \
                 Sonst würden Sie Ihre Identität jemand anderem leihen.",
        },
    ),
    ("confirm.yes", Text { en: "Yes, this is my account", es: "Sí, es mi cuenta", de: "Ja, das ist mein Konto" }),
    ("confirm.no", Text { en: "No, stop here", es: "No, terminar aquí", de: "Nein, hier abbrechen" }),
];
