//! Flows through the real app, found by accessible names, and a few pictures of it.

mod agreement_flows;
mod common;
mod editor_flows;
mod example_flows;
mod hold_flows;
mod key_flows;
mod label_flows;
mod language_flows;
mod model_flows;
mod panel_flows;
mod pictures;
mod policy_flows;
mod policy_people_flows;
mod prompt_flows;
mod refine_flows;
mod review_flows;
mod saliency_flows;
mod shell_flows;
mod striped_tiff;
mod suggestion_flows;
mod work_flows;
