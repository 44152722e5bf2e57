# A whole sign-in and what follows, through botocore's clients alone: the emulator as the judge's peer.
import boto3
import botocore.exceptions
from botocore import UNSIGNED
from botocore.config import Config

session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")
unsigned = Config(signature_version=UNSIGNED)

oidc = session.client("sso-oidc", config=unsigned)
client = oidc.register_client(clientName="interop", clientType="public", scopes=["sso:account:access"])
ids = {name: client[name] for name in ("clientId", "clientSecret")}
device = oidc.start_device_authorization(startUrl="https://provided-domain.awsapps.com/start", **ids)
grant = "urn:ietf:params:oauth:grant-type:device_code"
token = oidc.create_token(grantType=grant, deviceCode=device["deviceCode"], **ids)
token = oidc.create_token(grantType="refresh_token", refreshToken=token["refreshToken"], **ids)
try:
    oidc.create_token(grantType="refresh_token", refreshToken="never-issued", **ids)
except oidc.exceptions.InvalidGrantException as error:
    assert error.response["error"] == "invalid_grant", error.response

portal = session.client("sso", config=unsigned)
access = {"accessToken": token["accessToken"]}
accounts = [a for page in portal.get_paginator("list_accounts").paginate(**access) for a in page["accountList"]]
account = {"accountId": accounts[0]["accountId"]}
roles = [r for page in portal.get_paginator("list_account_roles").paginate(**access, **account) for r in page["roleList"]]
role = portal.get_role_credentials(roleName=roles[0]["roleName"], **access, **account)["roleCredentials"]

sts = session.client(
    "sts",
    aws_access_key_id=role["accessKeyId"],
    aws_secret_access_key=role["secretAccessKey"],
    aws_session_token=role["sessionToken"],
)
assert sts.get_caller_identity()["Account"] == account["accountId"]
wrong = session.client("sts", aws_access_key_id=role["accessKeyId"], aws_secret_access_key="wrong", aws_session_token=role["sessionToken"])
try:
    wrong.get_caller_identity()
    raise SystemExit("a wrong signature was taken")
except botocore.exceptions.ClientError as error:
    assert error.response["Error"]["Code"] == "SignatureDoesNotMatch", error.response

signin = session.client("signin", config=unsigned)
try:
    signin.create_o_auth2_token(tokenInput={"clientId": "arn:aws:signin:::devtools/same-device", "grantType": "refresh_token", "refreshToken": "never-issued"})
    raise SystemExit("a refresh token that was never issued was taken")
except botocore.exceptions.ClientError as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 401), error.response

portal.logout(**access)
try:
    portal.list_accounts(**access)
    raise SystemExit("a token was taken after the sign-out")
except portal.exceptions.UnauthorizedException:
    pass
