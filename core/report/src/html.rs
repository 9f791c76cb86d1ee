//! The page: templates with escaping, strict about names that do not exist.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::error::ReportError;
use crate::model::BoxKind;

/// The one template that is no HTML and must not be escaped.
const STYLE: &str = "style.css";

const TEMPLATES: [(&str, &str); 5] = [
    (STYLE, include_str!("../templates/style.css")),
    ("page.html", include_str!("../templates/page.html")),
    ("parts.html", include_str!("../templates/parts.html")),
    ("validation.html", include_str!("../templates/validation.html")),
    ("stress.html", include_str!("../templates/stress.html")),
];

/// Renders a view with the named template.
pub(crate) fn render(template: &str, view: &impl Serialize) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|name| if name == STYLE { AutoEscape::None } else { AutoEscape::Html });
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    let legend_kinds: Vec<Value> =
        BoxKind::ALL.iter().map(|kind| context! { style => kind.style(), word => kind.word() }).collect();
    Ok(environment.get_template(template)?.render(context! { report => Value::from(Serde(view)), legend_kinds })?)
}
