//! What the forms of the customer's page say.

use crate::domain::language::Text;

/// What is said of a file beyond the limit, also by whoever finds out before it was sent.
pub(in crate::http) const TOO_LARGE: Text = Text {
    en: "This file is too large: it may have up to 10 MB.",
    es: "Este archivo es demasiado grande: puede tener hasta 10 MB.",
    de: "Diese Datei ist zu groß: Sie darf höchstens 10 MB groß sein.",
};

/// By the name under which a template says them.
pub(super) const FORMS: &[(&str, Text)] = &[
    ("problem", Text { en: "Not taken yet", es: "Aún no aceptado", de: "Noch nicht übernommen" }),
    (
        "problem.heading",
        Text {
            en: "Please check your entries",
            es: "Revise sus datos, por favor",
            de: "Bitte prüfen Sie Ihre Eingaben",
        },
    ),
    (
        "problem.hint",
        Text {
            en: "Nothing has been saved yet.",
            es: "Todavía no se ha guardado nada.",
            de: "Es wurde noch nichts gespeichert.",
        },
    ),
    (
        "note.saved",
        Text {
            en: "Thank you, that has arrived.",
            es: "Gracias, lo hemos recibido.",
            de: "Vielen Dank, das ist angekommen.",
        },
    ),
    (
        "note.sent",
        Text {
            en: "A new code is on its way, unless one was sent within the last minute. Only a few are sent each hour.",
            es: "Le enviamos un nuevo código, salvo que ya se haya enviado uno en el último minuto. Solo se envían unos \
                 pocos cada hora.",
            de: "Ein neuer Code ist unterwegs, sofern nicht in der letzten Minute schon einer gesendet wurde. Pro Stunde \
                 werden nur wenige gesendet.",
        },
    ),
    ("form.optional", Text { en: "optional", es: "opcional", de: "freiwillig" }),
    ("form.choose", Text { en: "Please choose", es: "Elija una opción", de: "Bitte wählen" }),
    ("form.details", Text { en: "Your details", es: "Sus datos", de: "Ihre Angaben" }),
    (
        "form.details.hint",
        Text {
            en: "Enter them as they stand on your documents.",
            es: "Introdúzcalos tal como figuran en sus documentos.",
            de: "Tragen Sie sie so ein, wie sie auf Ihren Dokumenten stehen.",
        },
    ),
    ("form.save_extra", Text { en: "Save this as well", es: "Guardar también esto", de: "Auch dies speichern" }),
    ("form.save", Text { en: "Save and continue", es: "Guardar y continuar", de: "Speichern und weiter" }),
    ("form.documents", Text { en: "Your documents", es: "Sus documentos", de: "Ihre Dokumente" }),
    (
        "form.documents.hint",
        Text {
            en: "The whole document has to be seen, sharp and without reflections.",
            es: "El documento debe verse completo, nítido y sin reflejos.",
            de: "Das ganze Dokument muss zu sehen sein, scharf und ohne Spiegelungen.",
        },
    ),
    ("form.kinds", Text { en: "{kinds}, up to 10 MB", es: "{kinds}, hasta 10 MB", de: "{kinds}, bis zu 10 MB" }),
    ("form.camera", Text { en: "Take a photo", es: "Tomar una foto", de: "Foto aufnehmen" }),
    ("form.file", Text { en: "Choose a file", es: "Elegir un archivo", de: "Datei auswählen" }),
    ("form.upload", Text { en: "Upload", es: "Enviar archivo", de: "Hochladen" }),
    ("form.uploading", Text { en: "Uploading…", es: "Enviando…", de: "Wird hochgeladen…" }),
    ("form.too_large", TOO_LARGE),
    (
        "code.heading.email",
        Text {
            en: "Confirm your e-mail address",
            es: "Confirme su correo electrónico",
            de: "Bestätigen Sie Ihre E-Mail-Adresse",
        },
    ),
    (
        "code.heading.phone",
        Text {
            en: "Confirm your phone number",
            es: "Confirme su número de teléfono",
            de: "Bestätigen Sie Ihre Telefonnummer",
        },
    ),
    (
        "code.hint.email",
        Text {
            en: "A code of six digits is sent to the address that was given. Look into your spam folder, too.",
            es: "Enviamos un código de seis cifras a la dirección facilitada. Revise también la carpeta de correo no \
                 deseado.",
            de: "Ein sechsstelliger Code wird an die angegebene Adresse gesendet. Sehen Sie auch im Spam-Ordner nach.",
        },
    ),
    (
        "code.hint.phone",
        Text {
            en: "A code of six digits is sent to the number that was given.",
            es: "Enviamos un código de seis cifras al número facilitado.",
            de: "Ein sechsstelliger Code wird an die angegebene Nummer gesendet.",
        },
    ),
    ("code.label", Text { en: "Code from the message", es: "Código del mensaje", de: "Code aus der Nachricht" }),
    (
        "live.changed",
        Text {
            en: "Something has changed meanwhile.",
            es: "Mientras tanto ha habido un cambio.",
            de: "Inzwischen hat sich etwas geändert.",
        },
    ),
    ("live.reload", Text { en: "Show it", es: "Mostrarlo", de: "Anzeigen" }),
    (
        "live.failed",
        Text {
            en: "This could not be sent. Check your connection and try again.",
            es: "No se ha podido enviar. Compruebe su conexión e inténtelo de nuevo.",
            de: "Das konnte nicht gesendet werden. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
        },
    ),
    ("code.confirm", Text { en: "Confirm", es: "Confirmar", de: "Bestätigen" }),
    ("code.again", Text { en: "Send a new code", es: "Enviar otro código", de: "Neuen Code senden" }),
    (
        "code.correct.email",
        Text {
            en: "Was the address wrong? Enter another one",
            es: "¿La dirección no era correcta? Introduzca otra",
            de: "War die Adresse falsch? Eine andere angeben",
        },
    ),
    (
        "code.correct.phone",
        Text {
            en: "Was the number wrong? Enter another one",
            es: "¿El número no era correcto? Introduzca otro",
            de: "War die Nummer falsch? Eine andere angeben",
        },
    ),
    (
        "code.replace",
        Text { en: "Save and send a code", es: "Guardar y enviar un código", de: "Speichern und Code senden" },
    ),
    ("extras", Text { en: "If you like", es: "Si lo desea", de: "Wenn Sie möchten" }),
    (
        "extras.hint",
        Text {
            en: "This is not needed, but can make it easier to recognize you.",
            es: "No es necesario, pero puede facilitar su identificación.",
            de: "Dies ist nicht nötig, kann aber helfen, Ihre Identität zu bestätigen.",
        },
    ),
    ("given", Text { en: "Already there", es: "Ya recibido", de: "Schon vorhanden" }),
    ("given.accepted", Text { en: "given", es: "recibido", de: "angegeben" }),
    ("given.processing", Text { en: "being checked", es: "en revisión", de: "wird geprüft" }),
    ("given.rejected", Text { en: "please give it again", es: "vuelva a facilitarlo", de: "bitte erneut angeben" }),
    (
        "given.verification_required",
        Text { en: "waits for your code", es: "a la espera de su código", de: "wartet auf Ihren Code" },
    ),
];
