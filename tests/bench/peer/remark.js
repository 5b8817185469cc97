// What every broadcaster does with a remark: read it, put its author's name to it, write it once for all.
// The frame that goes out is, field for field, the one that Nabız sends.
export function remark(text, by) {
  const { topic, k, d } = JSON.parse(text);
  return { t: "eph", topic, by, k, d };
}

export function ready(port) {
  console.log(`ready http://127.0.0.1:${port}`);
}
