# Applies the manifests to a cluster. The provider has to be downloaded: only the module beside it is tested offline.
terraform {
  required_version = ">= 1.6"
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.36"
    }
  }
}

variable "settings" {
  description = "The variables of the module `manifests`."
  type        = any
}

module "manifests" {
  source              = "../manifests"
  workers             = try(var.settings.workers, 3)
  image_digest        = var.settings.image_digest
  worker_image_digest = var.settings.worker_image_digest
  pool                = try(var.settings.pool, "tls://nats:4222/main")
  run_id              = var.settings.run_id
  target_host         = var.settings.target_host
  scenario            = try(var.settings.scenario, null)
  namespace           = var.settings.namespace
}

resource "kubernetes_manifest" "proofload" {
  for_each = module.manifests.manifests
  manifest = each.value
}
