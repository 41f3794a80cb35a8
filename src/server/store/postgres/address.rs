//! Where a PostgreSQL database is, and how the way to it is protected. The address holds a password: it is never shown.

use crate::server::store::StoreError;
use crate::settings::masked;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls_improved::MakeRustlsConnect;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long nothing may come from a database before it is asked whether it lives; then three more, 5 s apart.
const QUIET: Duration = Duration::from_secs(15);

/// The address of a PostgreSQL database, `postgres://user:password@host/name`.
#[derive(Clone)]
pub struct PostgresAddress {
    pub(super) config: Config,
    ca: Option<PathBuf>,
    shown: String,
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresAddress").field(&self.shown).finish()
    }
}

impl PostgresAddress {
    /// Reads an address; `ca` is the file (PEM) with who vouches for the database's certificate, nothing where the
    /// machine itself knows. Off this machine the way is encrypted unless `sslmode` says otherwise. Errors: `Open`.
    pub fn parse(text: &str, ca: Option<PathBuf>) -> Result<Self, StoreError> {
        let shown = masked(text);
        let open = |problem: &str| StoreError::Open {
            path: shown.clone(),
            problem: problem.to_owned(),
        };
        // The parser's own words may repeat what it was given.
        let mut config: Config = text.parse().map_err(|_| {
            open("it is no address of a database; postgres://user:password@host/name is expected")
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(open("it names no host"));
        }
        if !text.contains("sslmode=") {
            let here = config.get_hosts().iter().all(is_here);
            config.ssl_mode(if here {
                SslMode::Disable
            } else {
                SslMode::Require
            });
        }
        if config.get_application_name().is_none() {
            config.application_name("hotline");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        config.keepalives_idle(QUIET);
        config.keepalives_interval(Duration::from_secs(5));
        config.keepalives_retries(3);
        Ok(Self { config, ca, shown })
    }

    /// What encrypts the way.
    pub(super) fn tls(&self) -> Result<Tls, StoreError> {
        let fault = |problem: String| StoreError::Open {
            path: self.shown.clone(),
            problem,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(error.to_string()))?;
        let builder = match &self.ca {
            Some(file) => builder.with_root_certificates(roots(file).map_err(fault)?),
            // Asked only where it is needed: a bare machine may know nobody.
            None if self.config.get_ssl_mode() == SslMode::Disable => {
                builder.with_root_certificates(rustls::RootCertStore::empty())
            }
            None => builder
                .with_platform_verifier()
                .map_err(|error| fault(error.to_string()))?,
        };
        let rustls = MakeRustlsConnect::new(builder.with_no_client_auth());
        Ok(Tls(rustls))
    }
}

/// What encrypts the way to a host. A socket of this machine has no name that a certificate could bear; nothing is
/// encrypted there, but what would encrypt it is made all the same.
#[derive(Clone)]
pub(super) struct Tls(MakeRustlsConnect);

impl<S> MakeTlsConnect<S> for Tls
where
    MakeRustlsConnect: MakeTlsConnect<S>,
{
    type Stream = <MakeRustlsConnect as MakeTlsConnect<S>>::Stream;
    type TlsConnect = <MakeRustlsConnect as MakeTlsConnect<S>>::TlsConnect;
    type Error = <MakeRustlsConnect as MakeTlsConnect<S>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        let host = if host.is_empty() { "localhost" } else { host };
        self.0.make_tls_connect(host)
    }
}

fn roots(file: &Path) -> Result<rustls::RootCertStore, String> {
    let told = |error: &dyn fmt::Display| {
        format!(
            "the certificates in {} cannot be used: {error}",
            file.display()
        )
    };
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| told(&error))? {
        let certificate = certificate.map_err(|error| told(&error))?;
        roots.add(certificate).map_err(|error| told(&error))?;
    }
    if roots.is_empty() {
        return Err(told(&"there is none in it"));
    }
    Ok(roots)
}

/// True for what never leaves this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let address =
            PostgresAddress::parse("postgres://hotline:geheim@db.example:5433/h", None).unwrap();
        assert_eq!(
            address.to_string(),
            "postgres://hotline:***@db.example:5433/h"
        );
        assert!(!format!("{address:?}").contains("geheim"));
        let wrong = PostgresAddress::parse("postgres://hotline:geheim@db:port/h", None);
        let wrong = wrong.unwrap_err().to_string();
        assert!(
            !wrong.contains("geheim") && wrong.contains("db:port"),
            "{wrong}"
        );
    }

    #[test]
    fn off_this_machine_the_way_is_encrypted() {
        let mode = |text: &str| {
            let address = PostgresAddress::parse(text, None).unwrap();
            address.config.get_ssl_mode()
        };
        assert_eq!(mode("postgres://u@db.example/h"), SslMode::Require);
        assert_eq!(
            mode("postgres://u@db.example/h?sslmode=disable"),
            SslMode::Disable
        );
        for here in ["127.0.0.1", "localhost", "%2Frun%2Fpostgresql"] {
            assert_eq!(mode(&format!("postgres://u@{here}/h")), SslMode::Disable);
        }
    }
}
