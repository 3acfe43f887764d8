/** Compiles the steps of a journey to one list of operations: repeats and conditions become jumps in it. */
import type { FlowShape, JourneyProgram, Op, RequestOp } from '../engine/program.ts'
import { compileCase, compileCondition } from '../expectations/condition.ts'
import type { StepPlan } from '../model/plan.ts'
import { conditionText } from '../text/condition-text.ts'
import { compileChoice, compileRequest, type RequestParts } from './compile-request.ts'

type StepOf<Kind extends StepPlan['kind']> = Extract<StepPlan, { readonly kind: Kind }>

/** The parts of a program that all its journeys fill. */
export class SharedParts {
  /** The place of each request. */
  readonly places = new Map<RequestOp, string>()
  /** The number of paces so far. */
  paces = 0
}

/** @param path of the steps, for people: `journeys.buy.steps` */
export function compileSteps(
  steps: readonly StepPlan[],
  path: string,
  parts: RequestParts,
  shared: SharedParts,
): Pick<JourneyProgram, 'ops' | 'flow'> {
  const compiler = new StepCompiler(parts, shared)
  compiler.add(steps, path)
  return { ops: compiler.ops, flow: compiler.flow }
}

class StepCompiler {
  readonly #parts: RequestParts
  readonly #shared: SharedParts
  readonly ops: Op[] = []
  readonly #groups: string[] = []
  #repeats = 0
  #isPlain = true

  constructor(parts: RequestParts, shared: SharedParts) {
    this.#parts = parts
    this.#shared = shared
  }

  get flow(): FlowShape | null {
    return this.#isPlain ? null : { repeats: this.#repeats, groups: this.#groups }
  }

  add(steps: readonly StepPlan[], path: string): void {
    for (const [index, step] of steps.entries()) this.#step(step, `${path}[${index}]`)
  }

  #step(step: StepPlan, at: string): void {
    if (!['request', 'think', 'choice'].includes(step.kind)) this.#isPlain = false
    switch (step.kind) {
      case 'think':
        this.ops.push({ kind: 'think', ...step.time })
        return
      case 'request':
        return this.#request(compileRequest(step, this.#parts), at)
      case 'choice':
        return this.#choice(step, at)
      case 'pace':
        this.ops.push({ kind: 'pace', slot: this.#shared.paces++, everyMs: step.everyMs })
        return
      case 'rendezvous':
        this.ops.push(step)
        return
      case 'parallel': {
        const ops = step.steps.map((each) => compileRequest(each, this.#parts))
        for (const [index, op] of ops.entries()) this.#place(op, `${at}.parallel[${index}]`)
        this.ops.push({ kind: 'parallel', ops })
        return
      }
      case 'group':
        return this.#group(step, at)
      case 'repeat':
        return this.#repeat(step, at)
      case 'if':
        return this.#branches(
          [
            {
              holds: compileCondition(step.condition),
              text: `if ${conditionText(step.condition)}`,
              steps: step.steps,
              path: `${at}.steps`,
            },
          ],
          { steps: step.else, path: `${at}.else` },
        )
      case 'switch':
        return this.#branches(
          step.cases.map(({ value, steps }) => ({
            holds: compileCase(step.variable, value),
            text: `switch: ${step.variable} is ${JSON.stringify(value)}`,
            steps,
            path: `${at}.cases.${value}`,
          })),
          { steps: step.else, path: `${at}.else` },
        )
    }
  }

  #request(op: RequestOp, at: string): void {
    this.#place(op, at)
    this.ops.push(op)
  }

  #choice(step: StepOf<'choice'>, at: string): void {
    const op = compileChoice(step, this.#parts)
    for (const each of op.ops) this.#place(each, at)
    this.ops.push(op)
  }

  /** Notes the place of a request; a request after its answer stands there, too. */
  #place(op: RequestOp, at: string): void {
    this.#shared.places.set(op, at)
    for (const followUp of op.followUps) this.#place(followUp.op, at)
  }

  #group({ name, steps }: StepOf<'group'>, at: string): void {
    const slot = this.#groups.push(name) - 1
    this.ops.push({ kind: 'group-begin', slot })
    this.add(steps, `${at}.steps`)
    this.ops.push({ kind: 'group-end', slot })
  }

  #repeat({ times, while: whilst, until, steps }: StepOf<'repeat'>, at: string): void {
    const slot = this.#repeats++
    const begin = this.#reserve()
    this.add(steps, `${at}.steps`)
    this.ops.push({ kind: 'jump', to: begin })
    const condition = until === null ? whilst : { not: until }
    const rounds = { slot, times, exit: this.ops.length, isAskedFirst: until === null }
    this.ops[begin] =
      condition === null
        ? { kind: 'round', ...rounds, condition: null, text: `repeat ${times}` }
        : {
            kind: 'round',
            ...rounds,
            condition: compileCondition(condition),
            text: `repeat ${until === null ? 'while' : 'until'} ${conditionText(until ?? condition)}, at most ${times}`,
          }
  }

  /** Adds the first branch whose condition holds, or what is walked otherwise. */
  #branches(
    branches: readonly {
      readonly holds: ReturnType<typeof compileCondition>
      readonly text: string
      readonly steps: readonly StepPlan[]
      readonly path: string
    }[],
    otherwise: { readonly steps: readonly StepPlan[]; readonly path: string },
  ): void {
    const ends: number[] = []
    for (const { holds, text, steps, path } of branches) {
      const begin = this.#reserve()
      this.add(steps, path)
      ends.push(this.#reserve())
      this.ops[begin] = { kind: 'branch', condition: holds, otherwise: this.ops.length, text }
    }
    this.add(otherwise.steps, otherwise.path)
    for (const end of ends) this.ops[end] = { kind: 'jump', to: this.ops.length }
  }

  /** Keeps a place for an operation that needs to know what follows. */
  #reserve(): number {
    return this.ops.push({ kind: 'jump', to: 0 }) - 1
  }
}
