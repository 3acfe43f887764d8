import { z } from 'zod'
import { parseDurationMs } from '../base/units.ts'
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
    workload: z
      .string()
      .regex(/^[a-z]+(\.[a-z0-9.]+)?\/[a-z0-9][a-z0-9.-]*$/, 'kind/name, for example deployment/checkout')
      .describe('deployment/name, statefulset/name or daemonset/name'),
    namespace: z.string().min(1).optional().describe('Namespace. Default: that of the context.'),
    context: z.string().min(1).optional().describe('Context of the kubeconfig. Default: the current one.'),
    toRevision: z
      .int()
      .min(1)
      .optional()
      .describe('Revision to roll back to. Default: the one before the current one.'),
    timeout: limit('5m'),
    kubectl: z.string().min(1).default('kubectl').describe('Name or path of kubectl'),
  })
  .describe('A Kubernetes workload')
type KubernetesConfig = z.output<typeof configSchema>

/** Rolls back to the previous revision and waits until it is rolled out. */
export const kubernetes: RollbackProcedurePlugin = {
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
