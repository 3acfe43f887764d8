import type { GrpcRequestDocument } from './schema.ts'

/** The method a request calls: `route.Guide/GetFeature`. */
export function methodOf({ unary, serverStream, clientStream, bidi }: GrpcRequestDocument): string {
  return unary ?? serverStream ?? clientStream ?? bidi ?? ''
}
