/** One method of a service, with what turns its messages into bytes and back. */
export interface GrpcMethod {
  /** `route.Guide/GetFeature` */
  readonly name: string
  /** `/route.Guide/GetFeature` */
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  /** Names of the fields of a message sent. */
  readonly fields: readonly string[]
  /** @throws Error when the message does not fit */
  encode(message: object): Buffer
  /** @throws Error when the bytes are no such message */
  decode(bytes: Buffer): unknown
}
