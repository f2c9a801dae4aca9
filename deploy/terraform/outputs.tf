output "caller" {
  description = "The account that mint runs as: write it as caller into the chain file."
  value       = local.accounts.mint
}

output "accounts" {
  description = "The account that each function runs as, the one that triggers them, and the one that builds them."
  value = merge(local.accounts, {
    trigger = google_service_account.trigger.email
    build   = google_service_account.build.email
  })
}

output "chain_file" {
  description = "Where the chain file belongs."
  value       = local.chain_file
}

output "state" {
  description = "Where the audit keeps what is open; its reports are beside it."
  value       = local.functions.audit.env.HOPMINT_STATE
}

output "services" {
  description = "The address of each function."
  value       = { for name, service in google_cloud_run_v2_service.functions : name => service.uri }
}

output "topics" {
  description = "The topics by their short names. Subscribe to drift for what the audit tells."
  value       = { for name, topic in google_pubsub_topic.topics : name => topic.id }
}

output "build" {
  description = "Builds and deploys: run it in the checkout, at the version that is to run."
  value = join(" ", [
    "gcloud builds submit --config=cloudbuild.yaml",
    "--project=${var.project_id} --region=${var.region} --substitutions=_REGION=${var.region}",
    "--gcs-source-staging-dir=gs://${google_storage_bucket.source.name}/source .",
  ])
}

output "page" {
  description = "Where people open the audit's page, and the address that its domain must have in DNS."
  value       = var.page == null ? null : { url = "https://${var.page.domain}/", address = google_compute_global_address.page["page"].address }
}
