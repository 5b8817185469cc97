// How a receiver checks that a request is ours; whole functions to copy.
export const samples = [
  {
    language: 'Node.js',
    code: `import { createHmac, timingSafeEqual } from 'node:crypto'

export function isFromNabiz(header, body, secret) {
  const parts = header.split(',').map((part) => part.split('='))
  const t = parts.find(([name]) => name === 't')?.[1]
  if (!t || Math.abs(Date.now() / 1000 - Number(t)) > 300) return false
  const expected = createHmac('sha256', secret).update(t + '.' + body).digest()
  return parts.some(([name, hex]) => {
    const given = Buffer.from(name === 'v1' ? hex : '', 'hex')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}`,
  },
  {
    language: 'Python',
    code: `import hashlib
import hmac
import time

def is_from_nabiz(header: str, body: bytes, secret: str) -> bool:
    parts = [part.split("=", 1) for part in header.split(",")]
    t = next((value for name, value in parts if name == "t"), "0")
    if abs(time.time() - int(t)) > 300:
        return False
    signed = t.encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return any(name == "v1" and hmac.compare_digest(value, expected) for name, value in parts)`,
  },
  {
    language: 'PHP',
    code: `function is_from_nabiz(string $header, string $body, string $secret): bool {
    preg_match('/(?:^|,)t=(\\d+)/', $header, $t);
    preg_match_all('/(?:^|,)v1=([0-9a-f]+)/', $header, $given);
    if (!$t || abs(time() - (int) $t[1]) > 300) return false;
    $expected = hash_hmac('sha256', $t[1] . '.' . $body, $secret);
    foreach ($given[1] as $one) {
        if (hash_equals($expected, $one)) return true;
    }
    return false;
}`,
  },
] as const
