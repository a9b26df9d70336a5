import { z } from "zod";

/**
 * What is set up in the browser before a page runs. The content policy allows no code that is made from text, which the validator would try
 * at its first look: each page would break the policy once for nothing.
 */
z.config({ jitless: true });
