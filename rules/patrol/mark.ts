/**
 * By what a phone knows a tag that it has read while it is cut off, without knowing beforehand what stands on it [FNV-1a].
 * It proves nothing: the gateway looks at the tag itself.
 */
export function markOf(tag: string): string {
  let hash = 0x811c9dc5
  for (const char of tag.toUpperCase().replace(/[\s:-]/g, '')) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
