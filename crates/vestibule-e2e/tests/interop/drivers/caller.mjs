// Calls STS with the credentials of the SDK for JavaScript: from `fromSSO`, or, with the word `chain`, from its default chain.
// The first argument is the folder that its packages are installed in.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const { fromNodeProviderChain, fromSSO } = require("@aws-sdk/credential-providers");
const { GetCallerIdentityCommand, STSClient } = require("@aws-sdk/client-sts");

const credentials = process.argv[3] === "chain" ? fromNodeProviderChain() : fromSSO();
const identity = await new STSClient({ credentials }).send(new GetCallerIdentityCommand({}));
console.log(identity.Arn);
