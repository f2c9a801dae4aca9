output "caller" {
  description = "The account that mint runs as. Write it into the chain file as caller."
  value       = local.accounts.mint
}

output "accounts" {
  description = "The account that each function runs as, the account that calls the functions, and the accounts that check, build and deploy them."
  value = merge(local.accounts, {
    trigger = local.emails.trigger
    check   = local.emails.check
    build   = local.emails.build
    deploy  = local.emails.deploy
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
  value = join(" ", concat(
    ["deploy/build", var.project_id, var.region],
    local.build_region == var.region ? [] : ["--build-region=${local.build_region}"],
    var.worker_pool == null ? [] : ["--worker-pool=${var.worker_pool}"],
  ))
}

output "page" {
  description = "The URL of the audit's page, and the IP address that its domain needs in DNS."
  value       = var.page == null ? null : { url = "https://${var.page.domain}/", address = one([for address in google_compute_global_address.page : address.address]) }
}

output "page_backend" {
  description = "The network endpoint group of audit, for a load balancer of your own. It needs Identity-Aware Proxy, and only the paths / and /status."
  value       = one([for group in google_compute_region_network_endpoint_group.page : group.id])
}

output "replication" {
  description = "The locations and keys of new secrets. Write it into the chain file as defaults.replication."
  value = length(local.secret_locations) == 0 ? null : merge(
    { locations = local.secret_locations },
    length(local.secret_keys) == 0 ? {} : { kmsKeys = local.secret_keys },
  )
}

output "key_users" {
  description = "The agents of Google that use a key, with the role Cloud KMS CryptoKey Encrypter/Decrypter."
  value       = values(local.key_users)
}
