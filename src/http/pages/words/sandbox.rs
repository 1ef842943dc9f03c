//! What the page of dev's sandbox provider says.

use crate::domain::language::Text;

/// By the name under which a template says them.
pub(super) const SANDBOX: &[(&str, Text)] = &[
    (
        "sandbox.heading",
        Text {
            en: "Sandbox identity provider",
            es: "Proveedor de identidad de prueba",
            de: "Identitätsdienst zum Ausprobieren",
        },
    ),
    ("sandbox.not_real", Text { en: "Not real.", es: "No es real.", de: "Nicht echt." }),
    (
        "sandbox.notice",
        Text {
            en: "This page plays the part of an identity provider while you try things out. It checks nothing \
                 and must never see real details.",
            es: "Esta página hace de proveedor de identidad mientras usted hace pruebas. No comprueba nada y \
                 nunca debe recibir datos reales.",
            de: "Diese Seite spielt die Rolle eines Identitätsdienstes, während Sie etwas ausprobieren. Sie \
                 prüft nichts und darf niemals echte Angaben erhalten.",
        },
    ),
    ("sandbox.who", Text { en: "Who logs in", es: "Quién inicia sesión", de: "Wer sich anmeldet" }),
    ("sandbox.given_name", Text { en: "Given name", es: "Nombre", de: "Vorname" }),
    ("sandbox.family_name", Text { en: "Family name", es: "Apellidos", de: "Nachname" }),
    ("sandbox.email", Text { en: "E-mail", es: "Correo electrónico", de: "E-Mail-Adresse" }),
    ("sandbox.outcome", Text { en: "How it ends", es: "Cómo termina", de: "Wie es ausgeht" }),
    ("sandbox.verified", Text { en: "Verify me", es: "Verificarme", de: "Mich bestätigen" }),
    ("sandbox.denied", Text { en: "Cancel", es: "Cancelar", de: "Abbrechen" }),
    ("sandbox.busy", Text { en: "Provider is busy", es: "El proveedor está ocupado", de: "Der Dienst ist überlastet" }),
    ("sandbox.nonsense", Text { en: "Answer nonsense", es: "Responder algo sin sentido", de: "Mit Unsinn antworten" }),
    (
        "sandbox.footer",
        Text {
            en: "Part of dev mode only.",
            es: "Solo forma parte del modo de desarrollo.",
            de: "Gehört nur zum Entwicklungsmodus.",
        },
    ),
];
