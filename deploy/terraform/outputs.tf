output "caller" {
  description = "The account that mint runs as. Write it into the chain file as caller."
  value       = local.accounts.mint
}

output "accounts" {
  description = "The account that each function runs as, the account that calls the functions, and the accounts that check, build and deploy them."
  value = merge(local.accounts, {
    trigger = google_service_account.trigger.email
    check   = google_service_account.check.email
    build   = google_service_account.build.email
    deploy  = google_service_account.deploy.email
  })
}

output "publish_to" {
  description = "The object that `./hopmint publish` writes and the functions read. Write it into the chain file as publishTo."
  value       = local.published_file
}

output "state" {
  description = "The object in which the audit keeps the open findings. Its reports are next to it, under reports/."
  value       = local.functions.audit.env.HOPMINT_STATE
}

output "services" {
  description = "The address of each function."
  value       = { for name, service in google_cloud_run_v2_service.functions : name => service.uri }
}

output "topics" {
  description = "The topics by their short names. Subscribe to drift to receive the findings of the audit."
  value       = { for name, topic in google_pubsub_topic.topics : name => topic.id }
}

output "build" {
  description = "The command that checks, builds and deploys. Run it in the root of a checkout of the version that you want to deploy."
  value       = "deploy/build ${var.project_id} ${var.region}"
}

output "page" {
  description = "The URL of the audit's page, and the IP address that its domain needs in DNS."
  value       = var.page == null ? null : { url = "https://${var.page.domain}/", address = google_compute_global_address.page["page"].address }
}
