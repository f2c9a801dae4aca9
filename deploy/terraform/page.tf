# People use a load balancer with Identity-Aware Proxy. Pub/Sub, Cloud Scheduler and the uptime check use the run.app address, where only IAM
# checks the call. Identity-Aware Proxy on the service itself would refuse the pushes.

locals {
  page = toset(var.page == null ? [] : ["page"])
  # The load balancer, unless others make it.
  load_balancer = toset(try(var.page.load_balancer, false) ? ["page"] : [])
}

resource "google_project_service_identity" "iap" {
  for_each = local.page
  provider = google-beta

  project    = var.project_id
  service    = "iap.googleapis.com"
  depends_on = [google_project_service.apis]
}

# Identity-Aware Proxy calls audit for the people that it has admitted.
resource "google_cloud_run_v2_service_iam_member" "iap" {
  for_each = local.page

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.functions["audit"].name
  role     = "roles/run.servicesInvoker"
  member   = google_project_service_identity.iap["page"].member
}

resource "google_compute_region_network_endpoint_group" "page" {
  for_each = local.page

  project               = var.project_id
  region                = var.region
  name                  = "hopmint-audit"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.functions["audit"].name
  }

  depends_on = [google_project_service.apis]
}

resource "google_compute_backend_service" "page" {
  for_each = local.load_balancer

  project               = var.project_id
  name                  = "hopmint-audit"
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"

  backend {
    group = google_compute_region_network_endpoint_group.page["page"].id
  }

  # Google's own OAuth client, which accepts only people of the project's organization.
  iap {
    enabled = true
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

# Viewers may open the page, and nothing else.
resource "google_iap_web_backend_service_iam_member" "viewers" {
  for_each = try(var.page.load_balancer, false) ? var.page.viewers : toset([])

  project             = var.project_id
  web_backend_service = google_compute_backend_service.page["page"].name
  role                = "roles/iap.httpsResourceAccessor"
  member              = each.key
}

# People must not reach the paths for Pub/Sub's pushes. So every other path redirects to the page.
resource "google_compute_url_map" "page" {
  for_each = local.load_balancer

  project = var.project_id
  name    = "hopmint-page"

  default_url_redirect {
    host_redirect          = var.page.domain
    path_redirect          = "/"
    redirect_response_code = "FOUND"
    strip_query            = true
  }

  host_rule {
    hosts        = [var.page.domain]
    path_matcher = "page"
  }

  path_matcher {
    name = "page"

    default_url_redirect {
      path_redirect          = "/"
      redirect_response_code = "FOUND"
      strip_query            = true
    }

    path_rule {
      paths   = ["/", "/status", "/_gcp_iap/*", "/_gcp_gatekeeper/*"] # the last two belong to Identity-Aware Proxy, for signing in and out
      service = google_compute_backend_service.page["page"].id
    }
  }
}

resource "google_compute_managed_ssl_certificate" "page" {
  for_each = length(try(var.page.certificates, [])) > 0 ? toset([]) : local.load_balancer

  project = var.project_id
  name    = "hopmint-page"

  managed {
    domains = [var.page.domain]
  }

  depends_on = [google_project_service.apis]
}

resource "google_compute_ssl_policy" "page" {
  for_each = local.load_balancer

  project         = var.project_id
  name            = "hopmint-page"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
  depends_on      = [google_project_service.apis]
}

resource "google_compute_target_https_proxy" "page" {
  for_each = local.load_balancer

  project          = var.project_id
  name             = "hopmint-page"
  url_map          = google_compute_url_map.page["page"].id
  ssl_certificates = length(var.page.certificates) > 0 ? var.page.certificates : [google_compute_managed_ssl_certificate.page["page"].id]
  ssl_policy       = google_compute_ssl_policy.page["page"].id
}

resource "google_compute_global_address" "page" {
  for_each = local.load_balancer

  project    = var.project_id
  name       = "hopmint-page"
  depends_on = [google_project_service.apis]
}

resource "google_compute_global_forwarding_rule" "page" {
  for_each = local.load_balancer

  project               = var.project_id
  name                  = "hopmint-page"
  target                = google_compute_target_https_proxy.page["page"].id
  ip_address            = google_compute_global_address.page["page"].id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}
