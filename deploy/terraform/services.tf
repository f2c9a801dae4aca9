locals {
  functions = {
    # One at a time, in one instance: it remembers between ticks what it has asked for.
    fanout = {
      ingress       = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      concurrency   = 1
      max_instances = 1
      timeout       = "90s"
      env           = {}
    }
    # Secret Manager's quota of writes binds: 3 rotations a second, of which each takes about a second.
    mint = {
      ingress       = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      concurrency   = 20
      max_instances = 4
      timeout       = "90s"
      env           = {}
    }
    # People and the uptime check come from outside, and are let in by IAM. A second instance answers while the first evaluates a large audit.
    audit = {
      ingress       = "INGRESS_TRAFFIC_ALL"
      concurrency   = 40
      max_instances = 2
      timeout       = "300s"
      env           = { HOPMINT_STATE = "gs://${google_storage_bucket.state.name}/audit/state.json" }
    }
  }

  chain_file = "gs://${google_storage_bucket.chains.name}/chains.yaml"
}

# All of a service but its image is said here, and its image by the build: neither undoes what the other did.
resource "google_cloud_run_v2_service" "functions" {
  for_each = local.functions

  project             = var.project_id
  location            = var.region
  name                = "hopmint-${each.key}"
  ingress             = each.value.ingress
  deletion_protection = false # it holds no state: `terraform destroy` is meant

  template {
    service_account                  = local.accounts[each.key]
    max_instance_request_concurrency = each.value.concurrency
    timeout                          = each.value.timeout

    scaling {
      min_instance_count = 0
      max_instance_count = each.value.max_instances
    }

    containers {
      image = var.placeholder_image

      resources {
        limits            = { cpu = "1", memory = var.memory[each.key] }
        cpu_idle          = true # nothing runs between requests
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge({
          FUNCTION_TARGET = each.key
          HOPMINT_CHAINS  = local.chain_file
          HOPMINT_PROJECT = var.project_id
          NODE_ENV        = "production" # the framework answers a crash without its text
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
      template[0].containers[0].image,
      template[0].labels,
      template[0].revision,
    ]
  }

  depends_on = [google_project_service.apis]
}

# Pub/Sub and Cloud Scheduler call the functions as it; nobody else is let in here, and nobody without credentials.
resource "google_cloud_run_v2_service_iam_member" "trigger" {
  for_each = google_cloud_run_v2_service.functions

  project  = var.project_id
  location = var.region
  name     = each.value.name
  role     = "roles/run.servicesInvoker" # run.routes.invoke, and nothing else
  member   = google_service_account.trigger.member
}
