/** Bodies of messages, as steps and code write them: text, JSON, or a number of bytes that mean nothing. */
import * as z from 'zod'
import { encodeInJsonString, type MakeTemplate, Template, type VariableLookup } from '../base/template.ts'
import { textWithUnit } from '../base/text-schemas.ts'
import { parseBytes } from '../base/units.ts'

/** Settings of a body; at most one of them. */
export const payloadShape = {
  payload: z.string().optional().describe('Body as it is'),
  json: z.unknown().optional().describe('Body as JSON'),
  size: textWithUnit(parseBytes, '1KiB').optional().describe('Body of so many bytes that mean nothing'),
}

/** A body in a request that was parsed. */
export interface PayloadSettings {
  readonly payload?: string | undefined
  readonly json?: unknown
  readonly size?: string | undefined
}

/** Tells whether at most one body is given. */
export function hasOneBody({ payload, json, size }: PayloadSettings): boolean {
  return [payload, json, size].filter((part) => part !== undefined).length <= 1
}

/** Makes the body of a message; one without variables is made once. */
export type MakeBody = (variables: VariableLookup) => Buffer

export function compileBody({ payload, json, size }: PayloadSettings, make: MakeTemplate): MakeBody {
  if (size !== undefined) return constant(Buffer.alloc(parseBytes(size), 'x'))
  if (json !== undefined) return bodyOf(make(JSON.stringify(json), encodeInJsonString))
  return bodyOf(payload === undefined ? Template.of('') : make(payload))
}

function bodyOf(template: Template): MakeBody {
  if (template.constant !== null) return constant(Buffer.from(template.constant))
  return (variables) => Buffer.from(template.render(variables))
}

function constant(body: Buffer): MakeBody {
  return () => body
}
