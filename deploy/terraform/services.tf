locals {
  functions = {
    # One instance, because fanout remembers its mint requests between ticks. It does one thing at a time, and collects changes meanwhile.
    fanout = {
      ingress       = var.ingress.functions
      concurrency   = 80
      max_instances = 1
      timeout       = "90s"
      env           = {}
    }
    # Secret Manager's write quota is the limit: it allows 3 rotations a second, and each takes about a second.
    mint = {
      ingress       = var.ingress.functions
      concurrency   = 20
      max_instances = 4
      timeout       = "90s"
      env           = { for name in var.rotated_messages ? ["HOPMINT_ROTATED"] : [] : name => "1" }
    }
    # People and the uptime check come from outside, and IAM checks each call. One instance, because the pace of its reads of Secret Manager must fit
    # into the quota, and it remembers its observations. Most of its requests wait.
    audit = {
      ingress       = var.ingress.audit
      concurrency   = 80
      max_instances = 1
      timeout       = "300s"
      env           = { HOPMINT_STATE = "gs://${google_storage_bucket.state.name}/audit/state.json" }
    }
  }

  ingress = {
    all                                 = "INGRESS_TRAFFIC_ALL"
    internal                            = "INGRESS_TRAFFIC_INTERNAL_ONLY"
    "internal-and-cloud-load-balancing" = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  }

  published_file = "gs://${google_storage_bucket.chains.name}/chains.jsonl"
}

# Terraform sets everything of a service except its image, and the build sets the image. Neither changes the other's part.
resource "google_cloud_run_v2_service" "functions" {
  for_each = local.functions

  project             = var.project_id
  location            = var.region
  name                = "hopmint-${each.key}"
  ingress             = local.ingress[each.value.ingress]
  deletion_protection = false # the service has no state, so `terraform destroy` may delete it

  template {
    service_account                  = local.accounts[each.key]
    max_instance_request_concurrency = each.value.concurrency
    timeout                          = each.value.timeout
    encryption_key                   = local.keys.services

    dynamic "vpc_access" {
      for_each = var.vpc == null ? [] : [var.vpc]

      content {
        connector = vpc_access.value.connector
        egress    = vpc_access.value.egress == "all-traffic" ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY"

        dynamic "network_interfaces" {
          for_each = vpc_access.value.subnetwork == null ? [] : [vpc_access.value]

          content {
            network    = network_interfaces.value.network
            subnetwork = network_interfaces.value.subnetwork
            tags       = network_interfaces.value.tags
          }
        }
      }
    }

    scaling {
      min_instance_count = 0
      max_instance_count = each.value.max_instances
    }

    containers {
      # Until the first build. It answers 501 to each POST, so it acknowledges no tick. The build clears `command` and `args`.
      image   = var.placeholder_image
      command = ["python3"]
      args    = ["-m", "http.server", "8080", "--directory", "/var/empty"]

      resources {
        limits            = { cpu = "1", memory = var.memory[each.key] }
        cpu_idle          = true # the functions do nothing between requests
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge({
          FUNCTION_TARGET = each.key
          HOPMINT_CHAINS  = local.published_file
          HOPMINT_PROJECT = var.project_id
          NODE_ENV        = "production" # then the framework does not put the error text into its answer to a crash
        }, each.value.env)

        content {
          name  = env.key
          value = env.value
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].args,
      template[0].containers[0].command,
      template[0].containers[0].image,
      template[0].labels,
      template[0].revision,
    ]
  }

  depends_on = [google_project_service.apis, google_kms_crypto_key_iam_member.agents]
}

# Pub/Sub and Cloud Scheduler call the functions as this account. No other account is granted access here, and there is no public access.
resource "google_cloud_run_v2_service_iam_member" "trigger" {
  for_each = google_cloud_run_v2_service.functions

  project  = var.project_id
  location = var.region
  name     = each.value.name
  role     = "roles/run.servicesInvoker" # the role has only run.routes.invoke
  member   = local.account_members.trigger
}
