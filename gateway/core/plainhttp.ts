/**
 * http and https of Node, taken without `import`: an import statement asks them for all that they export, WebSocket among
 * it, and for that one Node loads a second HTTP client with its streams, which nobody here uses and which stays: 13 MB.
 */
export const http = process.getBuiltinModule('node:http')
export const https = process.getBuiltinModule('node:https')
