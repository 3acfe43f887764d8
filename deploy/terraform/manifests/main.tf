# The manifests of deploy/kubernetes/base as values: no provider, no cluster, so that they can be tested anywhere. What they
# give is what `kubectl kustomize deploy/kubernetes/base` gives, object by object, for the same images and settings.
terraform {
  required_version = ">= 1.6"
}

locals {
  base   = "${path.module}/../../kubernetes/base"
  labels = { "app.kubernetes.io/name" = "proofload" }
  images = {
    "proofload"        = "${var.image}@${var.image_digest}"
    "proofload-worker" = "${var.worker_image}@${var.worker_image_digest}"
  }
  files     = ["workers.yaml", "run.yaml", "network.yaml", "disruption.yaml"]
  documents = { for file in local.files : file => yamldecode(file("${local.base}/${file}")) }
  sized = {
    "workers.yaml" = { completions = var.workers, parallelism = var.workers, maxFailedIndexes = var.workers }
  }

  labelled = {
    for file, document in local.documents : file => merge(document, {
      metadata = merge(document.metadata, { labels = local.labels }, local.in_namespace)
    })
  }

  jobs = {
    for file, document in local.labelled : "${document.kind}/${document.metadata.name}" => merge(document, {
      spec = merge(document.spec, lookup(local.sized, file, {}), {
        template = merge(document.spec.template, {
          metadata = merge(document.spec.template.metadata, {
            labels = merge(try(document.spec.template.metadata.labels, {}), local.labels)
          })
          spec = merge(document.spec.template.spec, {
            containers = [
              for container in document.spec.template.spec.containers :
              merge(container, { image = local.images[container.image] })
            ]
          })
        })
      })
    }) if document.kind == "Job"
  }

  others = {
    for file, document in local.labelled :
    "${document.kind}/${document.metadata.name}" => document if document.kind != "Job"
  }

  settings = {
    for name, data in {
      "proofload" = {
        PROOFLOAD_POOL = var.pool
        WORKERS        = tostring(var.workers)
        RUN_ID         = var.run_id
        TARGET_HOST    = var.target_host
      }
      "proofload-scenario" = { "scenario.yaml" = var.scenario == null ? file("${local.base}/scenario.yaml") : var.scenario }
      } : "ConfigMap/${name}" => {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata   = merge({ name = name, labels = local.labels }, local.in_namespace)
      data       = data
    }
  }

  in_namespace = var.namespace == null ? {} : { namespace = var.namespace }
}
