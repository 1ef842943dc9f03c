//! The installation's root secret: random, made once, kept wrapped by a master key.

use super::StoreError;
use super::db::Db;
use crate::vault::{MasterKeys, Vault};

const ROOT: &str = "root";

/// Opens the vault with the stored root secret, or makes one; of two processes that start at once, one wins.
pub(super) async fn open_vault(db: &Db, masters: MasterKeys) -> Result<Vault, StoreError> {
    if let Some(sealed) = find(db).await? {
        return Ok(Vault::open(masters, &sealed)?);
    }
    let (_, sealed) = Vault::create(masters.clone());
    let mut tx = db.begin().await?;
    tx.query("INSERT INTO instance_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(ROOT)
        .bind(sealed)
        .execute()
        .await?;
    tx.commit().await?;
    let sealed = find(db).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Vault::open(masters, &sealed)?)
}

async fn find(db: &Db) -> Result<Option<Vec<u8>>, StoreError> {
    let row = db
        .query("SELECT sealed FROM instance_secrets WHERE name = $1")
        .bind(ROOT)
        .fetch_optional::<(Vec<u8>,)>()
        .await?;
    Ok(row.map(|(sealed,)| sealed))
}
