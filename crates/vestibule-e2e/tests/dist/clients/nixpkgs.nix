# Builds an expression of nixpkgs with what it uses of nixpkgs, which is no package of Debian.
{ release, system }:

let
  mkDerivation = attributes: derivation {
    name = "${attributes.pname}-${attributes.version}";
    builder = "/bin/sh";
    args = [ "-e" "-c" ''
      runHook() { :; }
      tar --extract --file "$src"
      cd *
      ${attributes.installPhase}
    '' ];
    PATH = "/usr/bin:/bin";
    inherit system;
    inherit (attributes) src;
  };
in
import "${release}/vestibule.nix" {
  stdenv = {
    inherit mkDerivation;
    hostPlatform = { inherit system; };
  };
  fetchurl = { url, sha256 }: builtins.fetchurl {
    url = "file://${release}/${baseNameOf url}";
    inherit sha256;
  };
  lib = {
    licenses = { mit = "MIT"; asl20 = "Apache-2.0"; };
    sourceTypes.binaryNativeCode = "binaryNativeCode";
  };
}
