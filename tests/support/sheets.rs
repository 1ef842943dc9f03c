//! Every page in every state, for whoever looks at all of them.

use kycd::http::pages::console;
use kycd::http::pages::{Home, KycConfirm, KycDone, KycGo, KycPending, KycSpa, Page, SandboxAuthorize, Trouble};

/// Who looks.
pub(crate) trait Visitor {
    /// Looks at a page, which is one of its template's samples.
    fn visit<P: Page>(&mut self, page: P);
}

/// Shows all pages to somebody.
pub(crate) fn show_all(visitor: &mut impl Visitor) {
    show::<Home>(visitor);
    show::<KycSpa>(visitor);
    show::<KycGo>(visitor);
    show::<KycConfirm>(visitor);
    show::<KycDone>(visitor);
    show::<KycPending>(visitor);
    show::<Trouble>(visitor);
    show::<SandboxAuthorize>(visitor);
    show::<console::SignIn>(visitor);
    show::<console::Customers>(visitor);
    show::<console::Customer>(visitor);
    show::<console::Audit>(visitor);
    show::<console::Revealed>(visitor);
    show::<console::Trouble>(visitor);
}

fn show<P: Page>(visitor: &mut impl Visitor) {
    for page in P::sample() {
        visitor.visit(page);
    }
}
