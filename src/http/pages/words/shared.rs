//! What several pages say, and the two short ones.

use crate::domain::language::Text;

/// By the name under which a template says them.
pub(super) const SHARED: &[(&str, Text)] = &[
    ("title", Text { en: "Identity verification", es: "Verificación de identidad", de: "Identitätsprüfung" }),
    ("languages", Text { en: "Language", es: "Idioma", de: "Sprache" }),
    (
        "footer",
        Text {
            en: "Personal details are stored encrypted. This page loads nothing from other sites.",
            es: "Los datos personales se guardan cifrados. Esta página no carga nada de otros sitios web.",
            de: "Persönliche Angaben werden verschlüsselt gespeichert. Diese Seite lädt nichts von anderen \
                 Websites.",
        },
    ),
    ("asked_by", Text { en: "Asked by", es: "Solicitado por", de: "Angefragt von" }),
    ("wallet", Text { en: "Wallet", es: "Billetera", de: "Wallet" }),
    ("account.stellar", Text { en: "Stellar account", es: "Cuenta de Stellar", de: "Stellar-Konto" }),
    ("account.iban", Text { en: "Bank account (IBAN)", es: "Cuenta bancaria (IBAN)", de: "Bankkonto (IBAN)" }),
    ("account.other", Text { en: "Account", es: "Cuenta", de: "Konto" }),
    ("memo", Text { en: "Memo", es: "Memo", de: "Memo" }),
    ("service", Text { en: "For the service", es: "Para el servicio", de: "Für den Dienst" }),
    (
        "start_again",
        Text {
            en: "Start again with {provider}",
            es: "Empezar de nuevo con {provider}",
            de: "Mit {provider} neu beginnen",
        },
    ),
    (
        "provider_says",
        Text {
            en: "The provider says:",
            es: "El proveedor comunica lo siguiente:",
            de: "Der Identitätsdienst teilt mit:",
        },
    ),
    (
        "home.lead",
        Text {
            en: "This server verifies customers for wallets and payment services.",
            es: "Este servidor verifica clientes para billeteras y servicios de pago.",
            de: "Dieser Server prüft Kundinnen und Kunden für Wallets und Zahlungsdienste.",
        },
    ),
    (
        "home.link",
        Text {
            en: "If your wallet sent you here, open the link it gave you in full: every verification has a link \
                 of its own, and this page cannot find it for you.",
            es: "Si su billetera le ha enviado aquí, abra completo el enlace que le ha dado: cada verificación \
                 tiene su propio enlace y esta página no puede encontrarlo por usted.",
            de: "Wenn Ihre Wallet Sie hierher geschickt hat, öffnen Sie bitte den vollständigen Link, den Sie \
                 erhalten haben: Jede Prüfung hat einen eigenen Link, und diese Seite kann ihn nicht für Sie \
                 finden.",
        },
    ),
    ("done.heading", Text { en: "Done", es: "Listo", de: "Fertig" }),
    (
        "done.lead",
        Text {
            en: "{operator} has received your confirmation. Close this page and go back to your wallet: it \
                 shows how things stand.",
            es: "{operator} ha recibido su confirmación. Cierre esta página y vuelva a su billetera: allí verá \
                 el estado actual.",
            de: "{operator} hat Ihre Bestätigung erhalten. Schließen Sie diese Seite und kehren Sie zu Ihrer \
                 Wallet zurück: Dort sehen Sie den aktuellen Stand.",
        },
    ),
];
