declare module 'jstat' {
  const jstat: { readonly beta: { inv(p: number, a: number, b: number): number } }
  export default jstat
}
