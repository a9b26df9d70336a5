/**
 * One instance a box. The quad is grown by the outer line; `at` is the place within the box in screen pixels, so that lines keep
 * their width at every zoom. Nothing gets smaller than two screen pixels: what is there stays visible.
 */
export const vertexShader = `#version 300 es
layout(location = 0) in vec4 box;
layout(location = 1) in vec4 colour;
layout(location = 2) in uint style;
uniform vec2 centre;
uniform float scale;
uniform vec2 screen;
uniform float ratio;
out vec2 at;
flat out vec2 size;
flat out vec4 tint;
flat out uint look;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  size = max(box.zw * scale, vec2(2.0 * ratio));
  float margin = ratio;
  at = corner * (size + 2.0 * margin) - margin;
  vec2 middle = (box.xy + box.zw * 0.5 - centre) * scale;
  vec2 pixel = middle - size * 0.5 + at;
  gl_Position = vec4(pixel.x / screen.x * 2.0, -pixel.y / screen.y * 2.0, 0.0, 1.0);
  tint = colour;
  look = style;
}`;

/**
 * A coloured line inside a dark one, so that it reads on any picture. Accepted: a filled corner; rejected: faint and struck
 * through; provisional: dashed; chosen together: veiled, with a white line. Colour is never the only sign. The tint's alpha fades boxes that have an outline of their own.
 */
export const fragmentShader = `#version 300 es
precision highp float;
in vec2 at;
flat in vec2 size;
flat in vec4 tint;
flat in uint look;
uniform float ratio;
out vec4 shade;
void main() {
  bool accepted = (look & 1u) != 0u;
  bool rejected = (look & 2u) != 0u;
  bool provisional = (look & 4u) != 0u;
  bool picked = (look & 8u) != 0u;
  vec2 edge = min(at, size - at);
  float inside = min(edge.x, edge.y);
  float width = (accepted ? 2.5 : 2.0) * ratio;
  float small = min(size.x, size.y) / ratio;
  if (small < 12.0) width = max(1.0 * ratio, small * 0.16 * ratio);
  float alpha = 0.0;
  vec3 paint = tint.rgb;
  if (inside < 0.0) {
    alpha = small < 8.0 ? 0.0 : 0.55;
    paint = vec3(0.04);
  } else if (inside < width || small < 4.0) {
    alpha = 1.0;
    if (provisional && small > 16.0) {
      float along = edge.x < edge.y ? at.y : at.x;
      if (mod(along, 9.0 * ratio) > 5.5 * ratio) alpha = 0.25;
    }
  } else if (accepted && small > 14.0 && at.x + at.y < 11.0 * ratio + width) {
    alpha = 1.0;
  } else if (rejected && small > 10.0 && abs(at.x / size.x - at.y / size.y) * min(size.x, size.y) < 1.2 * ratio) {
    alpha = 1.0;
  }
  if (rejected) alpha *= 0.4;
  // Where an outline is drawn, the box steps back.
  if (small >= 12.0) alpha *= tint.a;
  // Chosen together: a white line inside, and a veil of the colour over what it holds.
  if (picked && inside >= 0.0) {
    bool line = inside >= width && inside < width + 1.5 * ratio;
    if (line || inside < width) { paint = line ? vec3(1.0) : tint.rgb; alpha = 1.0; }
    else alpha = max(alpha, 0.35);
  }
  shade = vec4(paint * alpha, alpha);
}`;
