/** Scripts of elsewhere as syntax trees: they are read, and never run. */
import { type Program, parse, type Statement } from 'acorn'
import { transformSync } from 'esbuild'
import { messageOf } from '../../../base/errors.ts'

/** A script that cannot be read, and why. */
export class UnreadableScript extends Error {
  override readonly name = 'UnreadableScript'
}

/** Parses JavaScript; what is none is taken for TypeScript, of which the types are left out. @throws UnreadableScript */
export function parseScript(text: string): Program {
  try {
    return parsed(text)
  } catch (cause) {
    return parsed(withoutTypes(text, messageOf(cause)))
  }
}

/** Parses a piece of a script, for which one that cannot be read is one of which nothing is known. */
export function parsePiece(text: string): readonly Statement[] {
  try {
    return parseScript(text).body as Statement[]
  } catch (error) {
    if (error instanceof UnreadableScript) return []
    throw error
  }
}

function parsed(text: string): Program {
  return parse(text, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowHashBang: true,
    locations: true,
  })
}

function withoutTypes(text: string, problem: string): string {
  try {
    return transformSync(text, { loader: 'ts', logLevel: 'silent', target: 'es2022' }).code
  } catch (cause) {
    throw new UnreadableScript(problem, { cause })
  }
}
