/** Schemas of an HTTP target and its requests, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { parseBytes } from '../../base/units.ts'
import { stepAuthSchema, targetAuthSchema } from './auth-schema.ts'
import { problemOfPlace, problemOfUrl } from './endpoint.ts'

/** A header name. */
export const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
/** Headers that are made from the body; one that says something else would let a body pass for another request. */
export const OURS: readonly string[] = ['content-length', 'transfer-encoding']
const REDIRECTS_MAX = 20

/** An amount of bytes with its unit. */
export const sizeSchema = z.string().refine(isBytes, 'write a size with a unit, for example 64MiB')

/** The proof of a server's identity. */
export const tlsSchema = z.strictObject({
  /** Certificates are verified. Default: true. */
  verify: z.boolean().default(true).describe('Whether certificates are verified'),
  /** PEM file of an authority to trust besides. */
  ca: z.string().min(1).optional().describe('PEM file of an authority to trust besides'),
})

const pemFile = z.string().min(1).optional()

/** The proof of a server's identity, and of one's own. */
export const mutualTlsSchema = tlsSchema
  .extend({
    /** PEM file of a certificate that the server may ask for; with `key`. */
    cert: pemFile.describe('PEM file of a certificate that the server may ask for; with key'),
    /** PEM file of its private key. */
    key: pemFile.describe('PEM file of its private key'),
    /** Name that the server is asked for and has to prove (SNI). Default: the host of the URL. */
    serverName: z
      .hostname()
      .optional()
      .describe('Name that the server is asked for and has to prove (SNI). Default: the host of the URL.'),
  })
  .refine(
    ({ cert, key }) => (cert === undefined) === (key === undefined),
    'a certificate needs its key: write cert and key',
  )

/** A value as text; numbers and truth values as they are written. */
const textual = z.union([z.string(), z.number(), z.boolean()]).transform(String)
/** Fields; a list is a field that is there several times. */
const fieldsSchema = recordOf(z.union([textual, z.array(textual).min(1)]))

/** Headers that authors state: names and values that fit a line. */
export const headersSchema = recordOf(
  textual.refine((value) => !/[\r\n\0]/.test(value), 'a header value is one line'),
  z.string().regex(TOKEN, "a header name holds only letters, digits and !#$%&'*+.^_`|~-"),
).refine(
  (headers) => !Object.keys(headers).some((name) => OURS.includes(name.toLowerCase())),
  `${OURS.join(' and ')} are set from the body; leave them out`,
)

const redirectsSchema = z.int().min(0).max(REDIRECTS_MAX)

/** Creates the schema of a URL. @param problemOf says what is wrong with one; null: nothing */
export function urlSchema(problemOf: (text: string) => string | null): z.ZodString {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
}

/** Configuration of the `http` target. Parsing it twice changes nothing. */
export const httpConfigSchema = z
  .strictObject({
    /** `http://host:port`; paths of steps are appended. */
    url: urlSchema(problemOfUrl).describe('http(s)://host:port; paths of steps are appended'),
    /** Version of HTTP. Default: 1. */
    version: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe('HTTP/1.1 or HTTP/2'),
    /** Sent with every request; those of a step win. */
    headers: headersSchema.default({}).describe('Sent with every request; those of a step win'),
    /** Sender of all requests; the `auth` or an `authorization` header of a step wins. */
    auth: targetAuthSchema.optional(),
    /** Largest body of an answer, also after decompression. Default: `'64MiB'`. */
    maxBody: sizeSchema.default('64MiB').describe('Largest body of an answer, also after decompression'),
    /** Redirects followed within the origin. Default: 0. */
    followRedirects: redirectsSchema.default(0).describe('Redirects to follow, within the origin of url'),
    /** Agents keep cookies, each its own. Default: true. */
    cookies: z.boolean().default(true).describe('Whether agents keep cookies, each its own'),
    /** Proof of the server's identity. */
    tls: mutualTlsSchema.default({ verify: true }).describe('How the server proves who it is'),
    /** Place to connect to instead of the URL's: `host:port`, or `unix:` and the path of a socket. */
    connectTo: z
      .string()
      .refine((text) => problemOfPlace(text) === null, 'write host:port, or unix:/path/of.socket')
      .optional()
      .describe("Place to connect to instead of the URL's: host:port, or unix:/path/of.socket"),
    /** File with the GraphQL schema of the server: operations are compared with it before any load. */
    graphqlSchema: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File with the GraphQL schema of the server: operations are compared with it before any load',
      ),
    /** Process of the target on this machine, to record its CPU and memory. */
    pid: z
      .int()
      .positive()
      .optional()
      .describe('Process of the target on this machine, to record its CPU and memory'),
  })
  .describe('An HTTP server')
export type HttpConfig = z.output<typeof httpConfigSchema>

/** The content of a file, which takes its place before a plan is made. */
const fileSchema = z
  .strictObject({
    /** Path of the file, relative to the scenario file. */
    file: z.string().min(1).optional().describe('Path of the file, relative to the scenario file'),
    /** Its content, in the place of a path. */
    base64: z.base64().optional().describe('Content, in the place of a path'),
    /** Name under which it is sent. Default: that of the file. */
    name: z.string().min(1).optional().describe('Name under which it is sent. Default: that of the file.'),
    /** Its media type. Default: by the ending of its name. */
    type: z
      .string()
      .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/, 'a media type such as image/png')
      .optional()
      .describe('Media type. Default: by the ending of its name.'),
  })
  .refine(({ base64 }) => base64 !== undefined, 'a file that can be read: { file: ./photo.jpg }')
  .transform(({ base64 = '', name, type }) => ({
    base64,
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { type }),
  }))
  .describe('A file: { file: ./photo.jpg }')
const part = z.union([z.string(), fileSchema])

/** One request; strings may hold `{{variables}}`. */
export const httpRequestSchema = z
  .strictObject({
    /** In capitals. Default: GET. */
    method: z
      .string()
      .regex(/^[A-Z]+$/, 'a method is written in capitals')
      .default('GET')
      .describe('In capitals'),
    /** Path and query. */
    path: z
      .string()
      .regex(/^(\/|\{\{)/, 'a path begins with / or with a variable that does')
      .describe('Path and query'),
    /** Fields that are added to the query of the path: `{ page: 2, tag: ['a', 'b'] }`. */
    query: fieldsSchema.optional().describe('Fields that are added to the query of the path'),
    /** Headers of this request. */
    headers: headersSchema.optional().describe('Headers of this request'),
    /** Sender of this request; `none`: it says nothing of it. */
    auth: stepAuthSchema.optional(),
    /** Body as JSON; at most one of json, body, form and multipart. */
    json: z.unknown().optional().describe('Body as JSON'),
    /** Body as it is: text, or a file. */
    body: part.optional().describe('Body as it is: text, or a file'),
    /** Body as a submitted form. */
    form: fieldsSchema.optional().describe('Body as a submitted form; a list is a field several times'),
    /** Body of several parts: fields, and files as `{ file: './photo.jpg' }`; a list is a field that is there several times. */
    multipart: recordOf(z.union([part, z.array(part).min(1)]))
      .optional()
      .describe('Body of several parts: fields, and files as { file: ./photo.jpg }'),
    /** Redirects to follow. Default: the target's setting. */
    followRedirects: redirectsSchema
      .optional()
      .describe("Redirects to follow. Default: the target's setting."),
  })
  .refine(
    ({ json, body, form, multipart }) =>
      [json, body, form, multipart].filter((content) => content !== undefined).length <= 1,
    'a request has one body: json, body, form or multipart',
  )
  .describe('An HTTP request')
export type HttpRequest = z.output<typeof httpRequestSchema>

function isBytes(text: string): boolean {
  try {
    return parseBytes(text) > 0
  } catch {
    // Not a size: the schema says so with its path.
    return false
  }
}
