/** Scripts of k6: options, thresholds, and the requests of simple functions. They are read, and never run. */
import type { FunctionDeclaration, Program } from 'acorn'
import { messageOf } from '../../../base/errors.ts'
import type { ImportFormat } from '../format.ts'
import { importedOf } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { isPlain } from '../script/members.ts'
import { parseScript, UnreadableScript } from '../script/parse.ts'
import type { ImportSource } from '../source.ts'
import { loadOf } from './load.ts'
import { objectivesOf } from './thresholds.ts'
import { ScriptWalk } from './walk.ts'

export const k6: ImportFormat = {
  name: 'k6',
  title: 'k6 script',
  isLikely: ({ text }) =>
    /from\s+['"]k6(?:\/[\w/.-]*)?['"]|require\(['"]k6(?:\/[\w/.-]*)?['"]\)|export\s+(?:const|let|var)\s+options\b/.test(
      text.slice(0, 256 * 1024),
    ),
  read(source, report) {
    const program = programOf(source)
    const walk = new ScriptWalk(source, report)
    walk.top(program)
    const options = walk.value('options')
    const { workload, parts, functions } = loadOf(isPlain(options) ? options : {}, report)
    const journeys = functions.flatMap(({ name, weight }) => {
      const code = name === 'default' ? defaultOf(program) : walk.functionNamed(name)
      if (code === null) {
        report.lost('functions that are not in this file', name)
        return []
      }
      const steps = walk.stepsOf(code)
      return steps.some(({ kind }) => kind === 'request')
        ? [{ name: journeyNameOf(name), weight, steps }]
        : []
    })
    tellOfLifeCycle(program, report)
    if (journeys.length === 0)
      throw source.invalid(
        `holds no request over HTTP that can be read${report.losses.length === 0 ? '' : ` (${report.losses[0]})`}`,
        'Requests are read from http.get, http.post and their like in the default function; modules that it imports are not followed.',
      )
    return importedOf(nameOfFile(source.file), {
      journeys,
      workload,
      parts: parts.map((part) => ({ ...part, journey: journeyNameOf(part.journey) })),
      data: walk.feeders,
      objectives: objectivesOf(isPlain(options) ? options['thresholds'] : undefined, report),
    })
  },
}

/** The default function has no name of its own. */
function journeyNameOf(name: string): string {
  return name === 'default' ? 'script' : name
}

function programOf(source: ImportSource): Program {
  try {
    return parseScript(source.text)
  } catch (error) {
    if (!(error instanceof UnreadableScript)) throw error
    throw source.invalid(
      `cannot be read as a script: ${messageOf(error)}`,
      'Fix the syntax at that place.',
      error,
    )
  }
}

type Code =
  | FunctionDeclaration
  | Extract<Program['body'][number], { type: 'ExportDefaultDeclaration' }>['declaration']

function defaultOf(program: Program): Code | null {
  for (const statement of program.body)
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration
  return null
}

/** Functions that k6 calls besides: what they do is not part of a journey. */
function tellOfLifeCycle(program: Program, report: ImportReport): void {
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'FunctionDeclaration')
      continue
    const { name } = statement.declaration.id
    if (/^(?:setup|teardown|handleSummary)$/.test(name))
      report.lost('functions of the life cycle: write setup and teardown in TypeScript', name)
  }
}

function nameOfFile(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? 'k6').replace(/\.[cm]?[jt]s$/, '')
}
