variables {
  image_digest        = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
  worker_image_digest = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
}

run "gives_every_object" {
  command = plan
  assert {
    condition = toset(keys(output.manifests)) == toset([
      "ConfigMap/proofload", "ConfigMap/proofload-scenario", "Job/proofload-run", "Job/proofload-workers",
      "NetworkPolicy/proofload", "PodDisruptionBudget/proofload",
    ])
    error_message = "an object is missing, or one too many"
  }
}

run "sizes_the_workers" {
  command = plan
  variables {
    workers = 40
  }
  assert {
    condition     = output.manifests["Job/proofload-workers"].spec.completions == 40 && output.manifests["Job/proofload-workers"].spec.parallelism == 40
    error_message = "all workers of a run are there at once"
  }
  assert {
    condition     = output.manifests["ConfigMap/proofload"].data.WORKERS == "40"
    error_message = "the coordinator waits for as many as there are"
  }
}

run "pins_images" {
  command = plan
  assert {
    condition     = endswith(output.manifests["Job/proofload-workers"].spec.template.spec.containers[0].image, var.worker_image_digest)
    error_message = "workers are pinned by digest"
  }
}

run "refuses_a_tag" {
  command = plan
  variables {
    image_digest = "latest"
  }
  expect_failures = [var.image_digest]
}

run "refuses_a_password_in_the_address" {
  command = plan
  variables {
    pool = "tls://user:password@nats:4222/main"
  }
  expect_failures = [var.pool]
}

run "refuses_half_a_worker" {
  command = plan
  variables {
    workers = 2.5
  }
  expect_failures = [var.workers]
}
