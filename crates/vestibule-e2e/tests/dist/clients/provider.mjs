import assert from "node:assert";
import { execFileSync } from "node:child_process";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { findVestibule, fromVestibule } from "vestibule";
import { startEmulator } from "vestibule-emulator";

const emulator = await startEmulator({ autoApprove: true });
process.env.AWS_ENDPOINT_URL = emulator.url;

const error = await fromVestibule()().catch((error) => error);
assert.equal(error.exitCode, 4, error);
assert.match(error.message, /vestibule login/);

execFileSync(findVestibule(), ["login", "--use-device-code", "--no-browser"], { stdio: "pipe" });
const sts = new STSClient({ region: "us-east-1", credentials: fromVestibule() });
const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
assert.match(Arn, /assumed-role\/AWSReservedSSO_SampleRole/);

assert.deepEqual(await emulator.query("violations"), { violations: [] });
await emulator.stop();
