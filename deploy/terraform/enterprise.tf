# What the policies of larger organizations ask for. docs/deployment/landing-zones.md says which policy needs which variable.

variable "bucket_location" {
  description = "The location of the buckets, for example EU or europe-west3. The default is region."
  type        = string
  default     = null
}

variable "message_regions" {
  description = "The regions in which Pub/Sub may store messages. By default Google and the organization decide."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "secret_locations" {
  description = "The locations of new secrets. `./hopmint init` writes them into the chain file, because `./hopmint apply` creates the secrets. By default Google chooses. With kms_key, the default is region."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "kms_key" {
  description = "The customer-managed key for everything that takes one: buckets, topics, images, services and secrets. It must be in region."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "Write the name of a key, as projects/acme-keys/locations/europe-west1/keyRings/hopmint/cryptoKeys/hopmint."
  }
}

variable "kms_keys" {
  description = "Other keys than kms_key, by use. A bucket needs a key in its own location. `secrets` has one key for each of secret_locations, in the same order."
  type = object({
    buckets  = optional(string)
    topics   = optional(string)
    images   = optional(string)
    services = optional(string)
    secrets  = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for key in compact(concat([var.kms_keys.buckets, var.kms_keys.topics, var.kms_keys.images, var.kms_keys.services], var.kms_keys.secrets)) :
      can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", key))
    ])
    error_message = "Write names of keys, as projects/acme-keys/locations/europe-west1/keyRings/hopmint/cryptoKeys/hopmint."
  }

  validation {
    condition     = length(var.kms_keys.secrets) == 0 || length(var.kms_keys.secrets) == length(var.secret_locations)
    error_message = "Write one key in kms_keys.secrets for each of secret_locations."
  }
}

variable "grant_keys" {
  description = "Grants Google's agents the use of the keys. If false, the owner of the keys does it: the output key_users lists the grants."
  type        = bool
  default     = true
  nullable    = false
}

variable "ingress" {
  description = "Which network may call the services: all, internal, or internal-and-cloud-load-balancing. With another value than all for audit, Cloud Scheduler checks the status in place of an uptime check, and people need a page."
  type = object({
    functions = optional(string, "internal")
    audit     = optional(string, "all")
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for value in values(var.ingress) : contains(["all", "internal", "internal-and-cloud-load-balancing"], value)])
    error_message = "Write all, internal or internal-and-cloud-load-balancing, as constraints/run.allowedIngress names them."
  }
}

variable "worker_pool" {
  description = "The private pool in which the builds run, as projects/P/locations/R/workerPools/W. By default they run in Cloud Build's own pool."
  type        = string
  default     = null

  validation {
    condition     = var.worker_pool == null || can(regex("^projects/[^/]+/locations/[^/]+/workerPools/[^/]+$", var.worker_pool))
    error_message = "Write the name of a pool, as projects/acme-build/locations/europe-west1/workerPools/private."
  }
}

variable "build_region" {
  description = "The region in which the builds run. The default is the region of worker_pool, or region. Google limits its own pool in some regions."
  type        = string
  default     = null
}

variable "create_accounts" {
  description = "Creates the accounts. If false, others made them before, because constraints/iam.disableServiceAccountCreation forbids it here. They need the names of the output accounts."
  type        = bool
  default     = true
  nullable    = false
}

variable "roles" {
  description = "Custom roles that others made, by their name in deploy/roles.json, for example { hopmintAudit = \"organizations/900000000001/roles/hopmintAudit\" }. Each needs the permissions of deploy/roles.json. The module creates the other roles."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in keys(var.roles) : contains(["hopmintAudit", "hopmintChains", "hopmintDeployer", "hopmintFanout", "hopmintOperations", "hopmintPublisher", "hopmintState"], id)])
    error_message = "Write names of deploy/roles.json: hopmintAudit, hopmintChains, hopmintDeployer, hopmintFanout, hopmintOperations, hopmintPublisher, hopmintState. `./hopmint apply` uses hopmintMinter."
  }

  validation {
    condition     = alltrue([for name in values(var.roles) : can(regex("^(projects|organizations)/[^/]+/roles/[A-Za-z0-9_.]+$", name))])
    error_message = "Write names of custom roles, as organizations/900000000001/roles/hopmintAudit."
  }
}

variable "grant_audit" {
  description = "Grants hopmint-audit its role on the organization, or on each project if there is none. If false, others grant it, and this module needs no right on the organization for that."
  type        = bool
  default     = true
  nullable    = false
}

variable "vpc" {
  description = "The network for the calls of the services: a connector of Serverless VPC Access, or a network and subnetwork, also of a shared VPC. The subnetwork needs Private Google Access. By default the services call Google's APIs without a VPC."
  type = object({
    connector  = optional(string)
    network    = optional(string)
    subnetwork = optional(string)
    tags       = optional(list(string), [])
    egress     = optional(string, "all-traffic")
  })
  default = null

  validation {
    condition     = var.vpc == null || (try(var.vpc.connector, null) == null) != (try(var.vpc.subnetwork, null) == null)
    error_message = "Write either vpc.connector, as projects/acme-network/locations/europe-west1/connectors/private, or vpc.subnetwork."
  }

  validation {
    condition     = var.vpc == null || contains(["all-traffic", "private-ranges-only"], try(var.vpc.egress, ""))
    error_message = "Write vpc.egress as all-traffic or private-ranges-only."
  }
}

variable "log_sink" {
  description = "An existing log sink, which sends the entries of deploy/log-sink.json to the topic hopmint-changed. The module then creates no sink. It grants writer_identity the right to publish, unless that is left out because others grant it."
  type = object({
    writer_identity = optional(string)
  })
  default = null

  validation {
    condition     = try(var.log_sink.writer_identity, null) == null || can(regex("^serviceAccount:[^@]+@[^@]+$", var.log_sink.writer_identity))
    error_message = "Write log_sink.writer_identity as serviceAccount:EMAIL, as the sink shows it."
  }
}
