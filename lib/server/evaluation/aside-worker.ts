import { parentPort, workerData } from "node:worker_threads";
import { work } from "./aside-work.ts";

/** The thread of one task: it answers, and ends. */
parentPort?.postMessage(work(workerData));
