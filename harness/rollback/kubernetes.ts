import * as z from 'zod'
import { parseDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { RollbackProcedurePlugin } from '../ports/rollback-procedure.ts'
import { childEnvironment, commandText, runChild } from './child.ts'
import { limit } from './schema-parts.ts'

/** The variables by which kubectl finds its cluster and its credentials. */
const KUBECTL_ENVIRONMENT = [
  'HOME',
  'KUBECONFIG',
  'HTTPS_PROXY',
  'NO_PROXY',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
]

const configSchema = z
  .strictObject({
    /** `'deployment/checkout'` */
    workload: z
      .string()
      .regex(/^[a-z]+(\.[a-z0-9.]+)?\/[a-z0-9][a-z0-9.-]*$/, 'kind/name, for example deployment/checkout')
      .describe('deployment/name, statefulset/name or daemonset/name'),
    /** Default: the namespace of the context. */
    namespace: z.string().min(1).optional().describe('Default: the namespace of the context.'),
    /** Context of the kubeconfig. Default: the current one. */
    context: z.string().min(1).optional().describe('Context of the kubeconfig. Default: the current one.'),
    /** Default: the revision before the current one. */
    toRevision: z.int().min(1).optional().describe('Default: the revision before the current one.'),
    /** Time limit of the whole rollout. Default: `'5m'`. */
    timeout: limit('5m'),
    /** Name or path of kubectl. Default: `'kubectl'`. */
    kubectl: z.string().min(1).default('kubectl').describe('Name or path of kubectl'),
  })
  .describe('A Kubernetes workload')
type KubernetesConfig = z.output<typeof configSchema>

/** Undoes a rollout with `kubectl rollout undo`, then waits until the earlier revision is rolled out. */
export function kubernetesUndo(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'kubernetes', config }
}

/** The `kubernetes` plugin: back to the revision before, and not done until it is rolled out. */
export const kubernetesPlugin: RollbackProcedurePlugin = {
  name: 'kubernetes',
  summary: 'runs kubectl rollout undo and waits until it is rolled out',
  configSchema,
  describe: (config) => commandsOf(configSchema.parse(config)).map(commandText).join(' && '),
  async undo(config, context) {
    const parsed = configSchema.parse(config)
    const said: string[] = []
    for (const argv of commandsOf(parsed)) {
      const env = childEnvironment(KUBECTL_ENVIRONMENT, context)
      said.push(
        await runChild({ argv, cwd: context.cwd, env, limitMs: parseDurationMs(parsed.timeout) }, context),
      )
    }
    return { message: said.join('\n') }
  },
}

function commandsOf({
  workload,
  namespace,
  context,
  toRevision,
  timeout,
  kubectl,
}: KubernetesConfig): string[][] {
  const where = [
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...(context === undefined ? [] : ['--context', context]),
  ]
  const revision = toRevision === undefined ? [] : [`--to-revision=${toRevision}`]
  const limitS = Math.max(1, Math.floor(parseDurationMs(timeout) / 1000))
  return [
    [kubectl, 'rollout', 'undo', workload, ...where, ...revision],
    [kubectl, 'rollout', 'status', workload, ...where, `--timeout=${limitS}s`],
  ]
}
