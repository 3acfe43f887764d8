/** Targets of a document as targets of a plan, each checked by its own plugin. */
import type { Problem } from '../base/errors.ts'
import type { TargetPlan } from '../model/plan.ts'
import { targets as plugins } from '../targets/index.ts'
import { MAIN_TARGET } from './defaults.ts'
import { type Path, parseAt, unknownName } from './problems.ts'
import type { ScenarioDocument, TargetDocument } from './schema.ts'

/** Targets by name; what is wrong goes to `problems`. */
export function resolveTargets(
  { target, targets = {} }: Pick<ScenarioDocument, 'target' | 'targets'>,
  problems: Problem[],
): Record<string, TargetPlan> {
  if (target === undefined && Object.keys(targets).length === 0) {
    problems.push({
      path: 'target',
      message: 'there is no target',
      expected: "target: http({ url: 'http://127.0.0.1:8080' }) or sandbox()",
    })
  }
  if (target !== undefined && MAIN_TARGET in targets) {
    problems.push({
      path: `targets.${MAIN_TARGET}`,
      message: `target is short for targets.${MAIN_TARGET}, and both are given`,
      expected: 'one of the two',
    })
  }
  const named = Object.entries(targets).map(
    ([name, entry]) => [name, resolveTarget(entry, ['targets', name], problems)] as const,
  )
  return {
    ...Object.fromEntries(named),
    ...(target === undefined ? {} : { [MAIN_TARGET]: resolveTarget(target, ['target'], problems) }),
  }
}

function resolveTarget({ plugin, config }: TargetDocument, path: Path, problems: Problem[]): TargetPlan {
  if (!plugins.names.includes(plugin)) {
    problems.push(unknownName([...path, 'plugin'], 'target plugin', plugin, plugins.names))
    // Its steps are then checked as http requests, so that their own problems show too.
    return { plugin: 'http', config: {} }
  }
  if (plugin === 'function' && typeof config['handler'] === 'string') {
    problems.push({
      path: `${path.join('.')}.config.handler`,
      message: 'a function target needs a function',
      expected: 'functionTarget(handler) in a TypeScript scenario',
    })
  }
  const written = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, codePathOf(value) ?? value]),
  )
  const checked = parseAt(plugins.get(plugin).configSchema, written, [...path, 'config'])
  problems.push(...checked.problems)
  return { plugin, config: checked.value ?? written }
}

/** `{ $code: 'target.config.handler' }` -> the path itself, by which shards find the function. */
function codePathOf(value: unknown): string | undefined {
  const path = (value as { $code?: unknown } | null)?.$code
  return typeof path === 'string' ? path : undefined
}
