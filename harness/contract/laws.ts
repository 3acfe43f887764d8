/** Suites of laws, which uvu runs: one test a law. */
import { suite } from 'uvu'

/** Declares one law as a sentence; the body returns (or awaits) everything that it starts. */
export type DeclareLaw = (title: string, body: () => void | Promise<void>) => void

/** A law that begins or has been judged. */
export interface LawEvent {
  readonly suite: string
  readonly law: string
  readonly state: 'started' | 'passed' | 'failed'
}

let observe: (event: LawEvent) => void = () => undefined

/** Tells of every law of this process from now on. */
export function observeLaws(observer: (event: LawEvent) => void): void {
  observe = observer
}

/** Declares a suite that always runs. */
export function describeLaws(subject: string, declare: (test: DeclareLaw) => void): void {
  const laws = suite(subject)
  declare((law, body) =>
    laws(law, async () => {
      const tell = (state: LawEvent['state']) => observe({ suite: subject, law, state })
      tell('started')
      try {
        await body()
      } catch (error) {
        tell('failed')
        throw error
      }
      tell('passed')
    }),
  )
  laws.run()
}
