//! SEP-9, financial account fields.

use super::Field;
use super::check::{CBU_NUMBER, CLABE_NUMBER, PHONE};
use crate::domain::language::Text;

pub(super) static FIELDS: &[Field] = &[
    Field::text("bank_name", Text { en: "Name of the bank", es: "Nombre del banco", de: "Name der Bank" }),
    Field::choice(
        "bank_account_type",
        Text { en: "Kind of bank account", es: "Tipo de cuenta bancaria", de: "Art des Bankkontos" },
        &["checking", "savings"],
    ),
    Field::text(
        "bank_account_number",
        Text { en: "Number of the bank account", es: "Número de la cuenta bancaria", de: "Nummer des Bankkontos" },
    ),
    Field::text(
        "bank_number",
        Text {
            en: "Number of the bank in its country's banking system (in the US the routing number)",
            es: "Código del banco en el sistema bancario de su país (en EE. UU., el número de ruta)",
            de: "Nummer der Bank im Bankensystem ihres Landes (in den USA die Routing Number)",
        },
    ),
    Field::checked(
        "bank_phone_number",
        Text {
            en: "Phone number of the bank with country code, like +14155550123",
            es: "Número de teléfono del banco con prefijo internacional, por ejemplo +14155550123",
            de: "Telefonnummer der Bank mit Ländervorwahl, zum Beispiel +14155550123",
        },
        PHONE,
    ),
    Field::text(
        "bank_branch_number",
        Text {
            en: "Number of the bank's branch", es: "Número de la sucursal del banco", de: "Nummer der Bankfiliale"
        },
    ),
    Field::text(
        "external_transfer_memo",
        Text {
            en: "Destination tag or memo that identifies the transfer",
            es: "Etiqueta de destino o memo que identifica la transferencia",
            de: "Destination Tag oder Memo, das die Überweisung kennzeichnet",
        },
    ),
    Field::checked(
        "clabe_number",
        Text {
            en: "CLABE, the 18 digits of a Mexican bank account",
            es: "CLABE, los 18 dígitos de una cuenta bancaria mexicana",
            de: "CLABE, die 18 Ziffern eines mexikanischen Bankkontos",
        },
        CLABE_NUMBER,
    ),
    Field::checked(
        "cbu_number",
        Text {
            en: "CBU or CVU, the 22 digits of an Argentine account",
            es: "CBU o CVU, los 22 dígitos de una cuenta argentina",
            de: "CBU oder CVU, die 22 Ziffern eines argentinischen Kontos",
        },
        CBU_NUMBER,
    ),
    Field::text(
        "cbu_alias",
        Text { en: "Alias of the CBU or CVU", es: "Alias del CBU o CVU", de: "Alias der CBU oder CVU" },
    ),
    Field::phone(
        "mobile_money_number",
        Text {
            en: "Phone number of the mobile money account, like +254712345678",
            es: "Número de teléfono de la cuenta de dinero móvil, por ejemplo +254712345678",
            de: "Telefonnummer des Mobile-Money-Kontos, zum Beispiel +254712345678",
        },
    ),
    Field::text(
        "mobile_money_provider",
        Text {
            en: "Name of the mobile money provider",
            es: "Nombre del proveedor de dinero móvil",
            de: "Name des Mobile-Money-Anbieters",
        },
    ),
    Field::text(
        "crypto_address",
        Text {
            en: "Address of the cryptocurrency account",
            es: "Dirección de la cuenta de criptomonedas",
            de: "Adresse des Kryptowährungskontos",
        },
    ),
    Field::text(
        "crypto_memo",
        Text {
            en: "Destination tag or memo (deprecated: use external_transfer_memo)",
            es: "Etiqueta de destino o memo (obsoleto: utilice external_transfer_memo)",
            de: "Destination Tag oder Memo (veraltet: bitte external_transfer_memo verwenden)",
        },
    ),
];
