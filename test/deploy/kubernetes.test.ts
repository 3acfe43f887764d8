import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { isInstalled } from '../kit/server-process.ts'
import { describe } from '../kit/suite.ts'

const ROOT = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url))
const PLACES = [
  'base',
  ...['pool', 'regions', 'nats-dev', 'ci-coordinator'].map((name) => `overlays/${name}`),
]
const HAS_KUBECTL = isInstalled('kubectl', '--help')

interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>
  readonly livenessProbe?: unknown
  readonly readinessProbe?: unknown
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}
interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: {
    readonly automountServiceAccountToken: boolean
    readonly securityContext: Readonly<Record<string, unknown>>
    readonly containers: readonly Container[]
    readonly volumes: readonly { readonly name: string }[]
  }
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: Readonly<Record<string, unknown>> & { readonly template?: PodTemplate }
  readonly data?: Readonly<Record<string, string>>
}

const parsed = (text: string) =>
  parseAllDocuments(text).map((document) => {
    assert.equal(document.errors, [])
    return document.toJS() as Manifest
  })
const resolved = (place: string) =>
  parsed(execFileSync('kubectl', ['kustomize', join(ROOT, place)], { encoding: 'utf8', stdio: 'pipe' }))
const podsOf = (manifests: readonly Manifest[]) =>
  manifests.flatMap(({ kind, metadata, spec }) =>
    spec?.template === undefined ? [] : [{ name: `${kind}/${metadata.name}`, template: spec.template }],
  )

/** Everything that a pod has to keep, by what it breaks. */
function faultsOf({ name, template }: { name: string; template: PodTemplate }): string[] {
  const { spec } = template
  const faults: [boolean, string][] = [
    [spec.automountServiceAccountToken !== false, 'has a token of the cluster'],
    [spec.securityContext['runAsNonRoot'] !== true, 'may run as root'],
    [spec.securityContext['runAsUser'] !== 10_001, 'has no user of its own'],
    [
      JSON.stringify(spec.securityContext['seccompProfile']) !== '{"type":"RuntimeDefault"}',
      'has no seccomp',
    ],
    ...spec.containers.flatMap((container): [boolean, string][] => {
      const { image, resources, securityContext: context, volumeMounts } = container
      const known = spec.volumes.map((volume) => volume.name)
      return [
        [!/@sha256:[0-9a-f]{64}$/.test(image), `${image} is not pinned by digest`],
        [JSON.stringify(resources.requests) !== JSON.stringify(resources.limits), 'may be throttled'],
        [!/^\d+$/.test(resources.limits['cpu'] ?? ''), 'has no whole CPUs'],
        [resources.limits['memory'] === undefined, 'has no limit of memory'],
        [context['readOnlyRootFilesystem'] !== true, 'may write to its image'],
        [context['allowPrivilegeEscalation'] !== false, 'may gain rights'],
        [JSON.stringify(context['capabilities']) !== '{"drop":["ALL"]}', 'has capabilities'],
        [container.name !== 'run' && container.livenessProbe === undefined, 'has no liveness probe'],
        [container.name !== 'run' && container.readinessProbe === undefined, 'has no readiness probe'],
        [!volumeMounts.some(({ mountPath }) => mountPath === '/tmp'), 'cannot write to /tmp'],
        ...volumeMounts.map(({ name: volume }): [boolean, string] => [
          !known.includes(volume) && volume !== 'store',
          `mounts ${volume}, which it has not`,
        ]),
      ]
    }),
  ]
  return faults.flatMap(([isFault, what]) => (isFault ? [`${name} ${what}`] : []))
}

describe('The manifests for Kubernetes', (test) => {
  test('are YAML, and keep the rules also where nothing resolves them', () => {
    const base = ['workers', 'run', 'network', 'disruption'].flatMap((file) =>
      parsed(readFileSync(join(ROOT, 'base', `${file}.yaml`), 'utf8')),
    )
    assert.equal(
      base.map(({ kind }) => kind),
      ['Job', 'Job', 'NetworkPolicy', 'PodDisruptionBudget'],
    )
    const faults = podsOf(base).flatMap(faultsOf)
    assert.equal(
      faults.filter((fault) => !fault.includes('not pinned')),
      [],
    )
  })

  test('let workers of a run wait for their coordinator, and never start a second time', () => {
    const [workers] = parsed(readFileSync(join(ROOT, 'base/workers.yaml'), 'utf8'))
    const { completionMode, completions, parallelism, backoffLimitPerIndex, podReplacementPolicy } =
      workers?.spec ?? {}
    assert.equal(
      [completionMode, completions, parallelism, backoffLimitPerIndex, podReplacementPolicy],
      ['Indexed', 3, 3, 0, 'Failed'],
    )
    assert.ok(workers?.spec.template?.spec.containers[0]?.args.includes('--once'))
  })

  test('end with the verdict, whatever it is, and go on with a run whose coordinator was lost', () => {
    const [run] = parsed(readFileSync(join(ROOT, 'base/run.yaml'), 'utf8'))
    assert.match(JSON.stringify(run?.spec['podFailurePolicy']), '"values":[1,2,3,4,5]')
    assert.is(run?.spec['backoffLimit'], 3)
    assert.ok(run?.spec.template?.spec.containers[0]?.args.includes('--run-id'))
  })

  test('let load go to the broker, to names and to the target, and nowhere else', () => {
    const [policy] = parsed(readFileSync(join(ROOT, 'base/network.yaml'), 'utf8'))
    const spec = (policy?.spec ?? {}) as { policyTypes: string[]; egress: { to: object[] }[] }
    const { policyTypes, egress } = spec
    assert.equal(policyTypes, ['Ingress', 'Egress'])
    assert.is(egress.length, 3)
    for (const { to } of egress)
      assert.ok(
        to.every((peer) => Object.keys(peer).length > 0),
        'no rule is for all',
      )
    assert.not(JSON.stringify(egress).includes('0.0.0.0/0'))
  })

  for (const place of PLACES)
    if (HAS_KUBECTL)
      test(`resolve, and every pod keeps the rules: ${place}`, () => {
        const manifests = resolved(place)
        const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
        assert.is(new Set(names).size, names.length)
        assert.equal(podsOf(manifests).flatMap(faultsOf), [])
        const labels = podsOf(manifests).map(
          ({ template }) => template.metadata.labels['app.kubernetes.io/name'],
        )
        assert.ok(labels.every((name) => name === 'proofload' || name === 'nats'))
        for (const kind of ['NetworkPolicy', 'PodDisruptionBudget'])
          assert.ok(
            names.some((name) => name.startsWith(`${kind}/`)),
            kind,
          )
        const jobs = names.filter((name) => name.startsWith('Job/'))
        assert.is(jobs.includes('Job/proofload-run'), !/ci-coordinator|regions/.test(place))
      })
    else test.skip(`resolve: ${place}`, 'no kubectl; see kubernetes.io/docs/tasks/tools')
})
