/** What is wrong with certificates that somebody hands in. */
export const pemFaults = {
  pair: { 'zh-CN': '不是 PEM 证书，或私钥与它不配', en: 'not a PEM certificate with its own PEM key' },
  bundle: { 'zh-CN': '不是一份或多份 PEM 证书', en: 'not a PEM certificate, or several' },
} as const
