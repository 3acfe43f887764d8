/** A run of a command as a driver starts it: its texts as templates. */
import { resolve } from 'node:path'
import { env as ownEnvironment } from 'node:process'
import { HarnessError } from '../../base/errors.ts'
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import { passedOn } from '../../system/child-process.ts'
import type { ExecConfig, ExecRequest } from './schema.ts'

/** A command with everything filled in. */
export interface CommandLine {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Complete. */
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | null
}

/** The parts that commands of a target have in common. */
export interface CommandDefaults {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly allowed: ReadonlySet<string>
}

/** Reads what commands get of this process. */
export function defaultsOf({ cwd, env }: ExecConfig, allowCommands: readonly string[]): CommandDefaults {
  return { cwd: resolve(cwd), env: passedOn(env, ownEnvironment), allowed: new Set(allowCommands) }
}

/** Returns the advice for a command that may not be run. */
export function hintToAllow(command: string): string {
  return `If it may be run, allow it: --allow-command ${command}, or allowCommands: ['${command}'] in the scenario.`
}

export class Command {
  readonly #defaults: CommandDefaults
  readonly #command: string
  readonly #args: readonly Template[]
  readonly #cwd: Template | null
  readonly #env: readonly (readonly [name: string, value: Template])[]
  readonly #stdin: Template | null

  /** @throws HarnessError COMMAND_NOT_ALLOWED */
  constructor({ run, stdin, cwd, env = {} }: ExecRequest, make: MakeTemplate, defaults: CommandDefaults) {
    const [command = '', ...args] = run
    if (!defaults.allowed.has(command))
      throw new HarnessError('COMMAND_NOT_ALLOWED', `the command ${command} is not allowed`, {
        hint: hintToAllow(command),
      })
    this.#defaults = defaults
    this.#command = command
    this.#args = args.map((arg) => make(arg))
    this.#cwd = cwd === undefined ? null : make(cwd)
    this.#env = Object.entries(env).map(([name, value]) => [name, make(value)])
    this.#stdin = stdin === undefined ? null : make(stdin)
  }

  /** @throws UnsetVariable */
  line(variables: VariableLookup): CommandLine {
    const { cwd, env } = this.#defaults
    const own = this.#env.map(([name, value]) => [name, value.render(variables)] as const)
    return {
      command: this.#command,
      args: this.#args.map((arg) => arg.render(variables)),
      cwd: this.#cwd === null ? cwd : resolve(cwd, this.#cwd.render(variables)),
      env: own.length === 0 ? env : { ...env, ...Object.fromEntries(own) },
      stdin: this.#stdin?.render(variables) ?? null,
    }
  }
}
