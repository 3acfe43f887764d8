/** Schemas of how requests say who sends them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'

const name = z.string().min(1)

const basicSchema = z
  .strictObject({
    /** Name of the user; one with a colon cannot be sent. */
    user: name
      .refine((user) => !user.includes(':'), 'the name of a user holds no colon')
      .describe('Name of the user'),
    /** Password of the user. */
    password: z.string().describe('Password of the user'),
  })
  .describe('User and password (RFC 7617)')

const oauth2Schema = z
  .strictObject({
    /** URL that gives tokens. */
    tokenUrl: z.url({ protocol: /^https?$/ }).describe('URL that gives tokens'),
    /** Name of the client. */
    clientId: name.describe('Name of the client'),
    /** Secret of the client. */
    clientSecret: z.string().describe('Secret of the client'),
    /** Scopes, with blanks between them. */
    scope: z.string().optional().describe('Scopes, with blanks between them'),
    /** Further fields of the request for a token, `audience` for example. */
    fields: recordOf(z.string())
      .optional()
      .describe('Further fields of the request for a token, audience for example'),
    /** Place of the credentials of the client. Default: header. */
    credentialsIn: z
      .enum(['header', 'body'])
      .default('header')
      .describe('Place of the credentials of the client in the request for a token'),
  })
  .describe(
    'Token of OAuth 2 for a client (RFC 6749 section 4.4), fetched before the load and again before it expires',
  )
export type OAuth2Config = z.output<typeof oauth2Schema>

const sigv4Schema = z
  .strictObject({
    /** Name of the access key. */
    accessKey: name.describe('Name of the access key'),
    /** The secret of the key. */
    secretKey: name.describe('Secret of the key'),
    /** Token of temporary credentials. */
    sessionToken: z.string().optional().describe('Token of temporary credentials'),
    /** Region that the server is in, `eu-central-1` for example. */
    region: name.describe('Region that the server is in, eu-central-1 for example'),
    /** Name of the service, `execute-api` for example. */
    service: name.describe('Name of the service, execute-api for example'),
  })
  .describe('Signature of AWS, version 4')
export type Sigv4Config = z.output<typeof sigv4Schema>

const waysOfStep = {
  basic: basicSchema.optional(),
  /** A token that is sent as it is. */
  bearer: name.optional().describe('A token that is sent as it is'),
}
const ONE_WAY = 'exactly one of'

/** The authorization of a target. */
export const targetAuthSchema = z
  .strictObject({ ...waysOfStep, oauth2: oauth2Schema.optional(), sigv4: sigv4Schema.optional() })
  .refine(hasOne, `${ONE_WAY} basic, bearer, oauth2, sigv4`)
  .describe('How requests say who sends them')
export type TargetAuth = z.output<typeof targetAuthSchema>

/** The authorization of a request, in the place of its target's. */
export const stepAuthSchema = z
  .union([z.literal('none'), z.strictObject(waysOfStep).refine(hasOne, `${ONE_WAY} basic, bearer`)])
  .describe("How this request says who sends it, in the place of the target's way; none: not at all")
export type StepAuth = z.output<typeof stepAuthSchema>

function hasOne(ways: object): boolean {
  return Object.values(ways).filter((way) => way !== undefined).length === 1
}
